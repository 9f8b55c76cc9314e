#include "http/incoming.hpp"

#include <algorithm>
#include <cstring>

namespace frontrow::http {

Incoming::Incoming() { resize(kUsual); }

// Moves the unused bytes to the front of a buffer of the given capacity, which must be large enough.
void Incoming::resize(std::size_t capacity) {
  const std::string_view kept = unused();
  if (capacity == capacity_) {
    std::memmove(bytes_.get(), kept.data(), kept.size());
  } else {
    auto fresh = std::make_unique_for_overwrite<char[]>(capacity);
    std::copy_n(kept.data(), kept.size(), fresh.get());
    bytes_ = std::move(fresh);
    capacity_ = capacity;
  }
  end_ = kept.size();
  next_ = 0;
}

std::span<char> Incoming::room(bool in_body) {
  if (in_body) {
    if (next_ > floor_) {
      std::memmove(bytes_.get() + floor_, bytes_.get() + next_, end_ - next_);
      end_ -= next_ - floor_;
      next_ = floor_;
    }
  } else if (capacity_ - end_ < kRoom) {
    resize(unused().size() + kRoom > capacity_ ? capacity_ * 2 : capacity_);
  }
  return {bytes_.get() + end_, capacity_ - end_};
}

void Incoming::pin_head(std::size_t size) {
  if (capacity_ - next_ - size < kRoom) resize(std::max(capacity_, unused().size() + kRoom));
  floor_ = next_ + size;
}

void Incoming::write_http11() {
  constexpr std::string_view kToMinor = " HTTP/1.";
  const std::string_view line = unused().substr(0, scan.request_line - 2);
  if (line.size() <= kToMinor.size() || line.back() < '2' || line.back() > '9') return;
  if (line.substr(0, line.size() - 1).ends_with(kToMinor)) bytes_[next_ + line.size() - 1] = '1';
}

void Incoming::finish() {
  scan = {};
  body.clear();
  if (next_ == end_) next_ = end_ = 0;
}

void Incoming::reset() {
  next_ = end_ = 0;
  finish();
  if (capacity_ != kUsual) resize(kUsual);
  if (body.capacity() > kUsual) std::string{}.swap(body);  // an assignment would keep the memory
}

}  // namespace frontrow::http

#include "http/waiting_bytes.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace frontrow::http {

namespace {
// The exact count takes a millisecond for some ten thousand parts.
constexpr std::chrono::milliseconds kBetweenCounts{100};
}  // namespace

WaitingBytes::Share::~Share() {
  if (of_ != nullptr) of_->remove(*this);
}

WaitingBytes::Share WaitingBytes::add(std::size_t own, const SharedParts& parts) {
  Share share;
  if (parts != nullptr) {
    const MutexLock lock(mutex_);
    Rendering& rendering = renderings_[parts.get()];
    if (rendering.readers++ == 0) {
      for (const SharedBytes& part : *parts) rendering.bytes += part->size();
      rendering.parts = parts;
      shared_ += rendering.bytes;
    }
    share.parts_ = parts.get();
  }
  own_ += own;
  share.own_ = own;
  share.of_ = this;
  return share;
}

void WaitingBytes::remove(Share& share) {
  own_ -= share.own_;
  SharedParts last;  // destroyed after the lock is released
  if (share.parts_ == nullptr) return;
  const MutexLock lock(mutex_);
  const auto at = renderings_.find(share.parts_);
  if (--at->second.readers > 0) return;
  shared_ -= at->second.bytes;
  last = std::move(at->second.parts);
  renderings_.erase(at);
}

bool WaitingBytes::is_over() {
  if (at_most() <= most_) return false;
  const MutexLock lock(mutex_);
  const auto now = steady_now();
  if (now - counted_at_ >= kBetweenCounts) {
    counted_ = only_for_readers();
    counted_at_ = now;
  }
  return own_ + std::min(counted_, shared_.load()) > most_;
}

// A part that another rendering or a cache holds, too, would stay in memory without these readers.
std::size_t WaitingBytes::only_for_readers() const {
  std::unordered_map<const std::string*, long> times;
  for (const auto& [key, rendering] : renderings_) {
    if (rendering.parts.use_count() > rendering.readers + 1) continue;  // this map holds it once
    for (const SharedBytes& part : *rendering.parts) ++times[part.get()];
  }
  std::size_t bytes = 0;
  for (const auto& [key, rendering] : renderings_) {
    if (rendering.parts.use_count() > rendering.readers + 1) continue;
    for (const SharedBytes& part : *rendering.parts) {
      const auto at = times.find(part.get());
      if (at == times.end()) continue;
      if (part.use_count() <= at->second) bytes += part->size();
      times.erase(at);  // counted once
    }
  }
  return bytes;
}

}  // namespace frontrow::http

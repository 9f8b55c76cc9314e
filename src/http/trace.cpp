#include "http/trace.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/random.hpp"
#include "http/text.hpp"

namespace frontrow::http {

namespace {

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

// A byte as two digits.
constexpr auto kHexOfByte = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) table[byte] = {kDigits[byte >> 4], kDigits[byte & 15]};
  return table;
}();

void put_hex(char* out, std::uint64_t value) {
  for (int i = 14; i >= 0; i -= 2, value >>= 8) std::memcpy(out + i, kHexOfByte[value & 255].data(), 2);
}

// Never 0: an id of zeros is invalid.
std::uint64_t draw() {
  thread_local SystemRandom random;
  while (true) {
    if (const std::uint64_t value = random.next(); value != 0) return value;
  }
}

}  // namespace

bool is_traceparent(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2);
  if (!is_lower_hex(version) || version == "ff") return false;
  if (text.size() > 55 && (version == "00" || text[55] != '-')) return false;
  return is_id(text.substr(3, 32)) && is_id(text.substr(36, 16)) && is_lower_hex(text.substr(53, 2));
}

TraceContext::TraceContext() {
  std::memcpy(text_.data(), "00-................................-................-01", text_.size());
  put_hex(&text_[3], draw());
  put_hex(&text_[19], draw());
  put_hex(&text_[36], draw());
}

TraceContext TraceContext::continue_from(std::string_view traceparent) {
  if (!is_traceparent(traceparent)) return TraceContext{};
  TraceContext context{nullptr};
  std::ranges::copy(traceparent.substr(0, 55), context.text_.begin());
  context.is_continued_ = true;
  context.text_[0] = context.text_[1] = '0';
  put_hex(&context.text_[36], draw());
  // Only one flag is known: sampled.
  context.text_[53] = '0';
  context.text_[54] = (hex_value(traceparent[54]) & 1) != 0 ? '1' : '0';
  return context;
}

}  // namespace frontrow::http

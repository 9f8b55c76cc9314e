#include "http/framing.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "http/text.hpp"

namespace frontrow::http {

namespace {

std::unexpected<Refusal> malformed(const char* why) { return refuse(ErrorCode::malformed_request, why); }

constexpr auto table_of(bool (*is_member)(char)) {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = is_member(static_cast<char>(c));
  return table;
}

// Text, blanks, tabs and the bytes above ASCII; neither CR, LF, NUL nor another control character.
constexpr auto kFieldValueChars = table_of([](char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\t';
});
bool is_field_value_char(char c) { return kFieldValueChars[static_cast<unsigned char>(c)]; }

constexpr auto kHostNameChars =
    table_of([](char c) { return is_digit(c) || is_alpha(c) || std::string_view("-._~!$&'()*+,;=").contains(c); });

// True if all bytes are visible ASCII and none is '#'. Eight bytes at a time: the target is the longest part of most
// heads. (Anderson, "Bit Twiddling Hacks": a zero byte, a byte below n; exact for a word without high bits.)
bool is_target_text(std::string_view text) {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0} / 255, kHigh = kOnes * 128;
  const auto may_hold_zero = [](std::uint64_t word) { return (word - kOnes) & ~word; };
  const auto is_good = [&](std::uint64_t word) {
    const std::uint64_t below = (word - kOnes * 0x21) & ~word;
    return ((word | below | may_hold_zero(word ^ kOnes * 0x7f) | may_hold_zero(word ^ kOnes * '#')) & kHigh) == 0;
  };
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word;
    std::memcpy(&word, text.data(), 8);
    if (!is_good(word)) return false;
  }
  if (text.empty()) return true;
  std::uint64_t rest = kOnes * '/';
  std::memcpy(&rest, text.data(), text.size());
  return is_good(rest);
}

// RFC 3986 reg-name or IPv4 address, without user information.
bool is_host_name(std::string_view host) {
  for (std::size_t i = 0; i < host.size(); ++i) {
    const char c = host[i];
    if (c == '%') {
      if (i + 2 >= host.size() || hex_value(host[i + 1]) < 0 || hex_value(host[i + 2]) < 0) return false;
      i += 2;
    } else if (!kHostNameChars[static_cast<unsigned char>(c)]) {
      return false;
    }
  }
  return !host.empty();
}

bool is_host(std::string_view value) {
  const std::size_t colon = value.rfind(':');
  std::string_view host = value;
  if (value.starts_with('[')) {
    const std::size_t close = value.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view address = value.substr(1, close - 1);
    const auto is_address_char = [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; };
    if (address.size() < 2 || !std::ranges::all_of(address, is_address_char)) return false;
    if (close + 1 == value.size()) return true;
    if (colon != close + 1) return false;
  } else {
    host = value.substr(0, colon);
    if (!is_host_name(host)) return false;
    if (colon == std::string_view::npos) return true;
  }
  const std::string_view port = value.substr(colon + 1);
  return port.size() <= 5 && std::ranges::all_of(port, is_digit);
}

std::optional<Version> read_version(std::string_view text) {
  if (text == "HTTP/1.1") return Version::http11;
  if (text == "HTTP/1.0") return Version::http10;
  if (text.size() == 8 && text.starts_with("HTTP/1.") && is_digit(text.back())) return Version::newer;
  return {};
}

// Reads "http://host:port" or "https://host:port" in front of a path. Requests through proxies have it, and every
// server must understand it. Nothing if it has another scheme, has user information, or names no host.
std::optional<std::string_view> cut_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    if (!is_host(target.substr(0, end))) return {};
    return target.substr(end);
  }
  return {};
}

Result<Head> read_request_line(std::string_view line, const Limits& limits) {
  if (line.size() > limits.request_line) return refuse(ErrorCode::uri_too_long);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return malformed("The request line must be METHOD SP TARGET SP HTTP/1.1.");
  Head head{.method = line.substr(0, first), .target = line.substr(first + 1, last - first - 1)};
  if (head.method.empty() || !std::ranges::all_of(head.method, is_token_char)) return malformed("The method is not a token.");
  const auto version = read_version(line.substr(last + 1));
  if (!version) return malformed("This server speaks only HTTP/1.1 and HTTP/1.0.");
  head.version = *version;
  return head;
}

// Reads NAME: VALUE.
const char* take_line(Head& head, HeadRules& rules, std::string_view line) {
  const std::size_t colon = line.find(':');
  if (line.starts_with(' ') || line.starts_with('\t')) return "Folded headers are not accepted.";
  if (colon == std::string_view::npos || colon == 0) return "A header line must be NAME: VALUE.";
  const std::string_view name = line.substr(0, colon);
  if (!std::ranges::all_of(name, is_token_char)) return "A header name must be a token directly followed by its colon.";
  const std::string_view value = trim(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_field_value_char)) return "A header value contains a control character.";
  return rules.take_header(head, name, value);
}

}  // namespace

// RFC 9112, 3.2: origin-form, absolute-form, and asterisk-form for OPTIONS.
const char* HeadRules::take_target(Head& head) {
  if (!is_target_text(head.target)) return "The request target must be percent-encoded ASCII without a fragment.";
  std::string_view rest = head.target;
  if (!rest.starts_with('/')) {
    const auto behind = cut_authority(rest);
    const bool is_whole_server = head.method == "OPTIONS" && (rest == "*" || (behind && behind->empty()));
    if (!behind && !is_whole_server) return "The request target must start with '/', or with http:// or https:// and a host.";
    if (behind) head.host = rest.substr(rest.find("//") + 2, rest.size() - behind->size() - rest.find("//") - 2);
    rest = is_whole_server ? "*" : *behind;
  }
  const std::size_t question = std::min(rest.find('?'), rest.size());
  head.path = question == 0 ? "/" : rest.substr(0, question);
  head.query = rest.substr(std::min(question + 1, rest.size()));
  return nullptr;
}

const char* HeadRules::take_header(Head& head, std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "connection")) return take_connection(value);
  for (std::size_t i = 0; i < kSingles.size(); ++i) {
    if (!equals_ignoring_case(name, kSingles[i])) continue;
    if (seen_[i]) return "A header that may come once came twice.";
    seen_[i] = true;
    return take_single(head, static_cast<Single>(i), value);
  }
  return nullptr;
}

const char* HeadRules::take_single(Head& head, Single which, std::string_view value) {
  switch (which) {
    case Single::host:
      if (head.host.empty()) head.host = value;
      return is_host(value) ? nullptr : "The Host header is not a host with an optional port.";
    case Single::content_length: {
      const auto length = parse_decimal(value);
      if (!length) return "Content-Length must be one plain decimal number.";
      head.content_length = static_cast<std::uint64_t>(*length);
      return nullptr;
    }
    case Single::transfer_encoding:
      head.chunked = true;
      return equals_ignoring_case(value, "chunked") ? nullptr : "The only transfer encoding accepted is chunked.";
    case Single::expect:
      if (head.version == Version::http10) return nullptr;  // RFC 9110, 10.1.1: the client cannot read a 100
      head.expects_continue = true;
      return equals_ignoring_case(value, "100-continue") ? nullptr : "The only supported expectation is 100-continue.";
    case Single::content_type:
    case Single::authorization:
    case Single::queue_token:
    case Single::idempotency_key: return nullptr;
  }
  return nullptr;
}

const char* HeadRules::take_connection(std::string_view value) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trim(value.substr(0, comma));
    if (!std::ranges::all_of(option, is_token_char)) return "Connection must be a list of tokens.";
    closes_ = closes_ || equals_ignoring_case(option, "close");
    asks_to_keep_alive_ = asks_to_keep_alive_ || equals_ignoring_case(option, "keep-alive");
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return nullptr;
}

const char* HeadRules::finish(Head& head) const {
  const bool is_old = head.version == Version::http10;
  if (!is_old && !has_seen(Single::host)) return "Exactly one Host header is required.";
  if (is_old && head.chunked) return "HTTP/1.0 has no Transfer-Encoding.";
  head.keep_alive = !closes_ && (!is_old || asks_to_keep_alive_);
  if (head.chunked && has_seen(Single::content_length)) return "Content-Length and Transfer-Encoding exclude each other.";
  return nullptr;
}

std::size_t count_empty_lines(std::string_view bytes) {
  std::size_t count = 0;
  while (bytes.substr(count).starts_with("\r\n")) count += 2;
  return count;
}

Result<std::size_t> find_head_end(std::string_view bytes, HeadScan& scan, const Limits& limits) {
  while (true) {
    const std::size_t line_feed = bytes.find('\n', scan.scanned);
    const std::size_t seen = line_feed == std::string_view::npos ? bytes.size() : line_feed + 1;
    if (scan.request_line == 0) {
      if (seen > limits.request_line + 2) return refuse(ErrorCode::uri_too_long);
    } else if (seen - scan.request_line > limits.header_bytes) {
      return refuse(ErrorCode::headers_too_large);
    }
    scan.scanned = seen;
    if (line_feed == std::string_view::npos) return std::size_t{0};
    if (line_feed == 0 || bytes[line_feed - 1] != '\r') return malformed("A line must end in CRLF.");
    if (scan.request_line == 0) {
      scan.request_line = seen;
      if (seen == 2) return malformed("A request must not begin with an empty line.");
    } else if (bytes[line_feed - 2] == '\n') {
      return seen;
    } else if (bytes[scan.line] == ' ' || bytes[scan.line] == '\t') {
      scan.has_fold = true;
    }
    scan.line = seen;
  }
}

Result<Head> check_head(std::string_view head, const Limits& limits) {
  if (!head.ends_with("\r\n\r\n")) return malformed("The head is incomplete.");
  head.remove_suffix(2);
  const std::size_t first_end = head.find("\r\n");
  auto result = read_request_line(head.substr(0, first_end), limits);
  if (!result) return result;
  HeadRules rules;
  if (const char* why = rules.take_target(*result)) return malformed(why);
  head.remove_prefix(first_end + 2);
  if (head.size() + 2 > limits.header_bytes) return refuse(ErrorCode::headers_too_large);
  for (std::size_t count = 1; !head.empty(); ++count) {
    if (count > limits.header_count) return refuse(ErrorCode::headers_too_large);
    const std::size_t end = head.find("\r\n");
    if (end == 0) return malformed("The head ends before its last line.");
    if (const char* why = take_line(*result, rules, head.substr(0, end))) return malformed(why);
    head.remove_prefix(end + 2);
  }
  if (const char* why = rules.finish(*result)) return malformed(why);
  return result;
}

}  // namespace frontrow::http

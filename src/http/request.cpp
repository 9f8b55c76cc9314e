#include "http/request.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace frontrow::http {

std::optional<std::string_view> Request::find_header(std::string_view name) const {
  for (const Header& header : headers_) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

bool Request::accepts_gzip() const {
  AcceptedCodings codings;
  for (const Header& header : headers_) {
    if (equals_ignoring_case(header.name, "Accept-Encoding")) codings.add(header.value);
  }
  return codings.prefer_gzip();
}

namespace {

// Cuts off the text before the first `separator`, without the blanks around it.
std::string_view take_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// "q=0.8" as 800; nothing if it is no weight.
std::optional<int> read_weight(std::string_view text) {
  if (text.size() < 3 || text.size() > 7 || to_lower(text[0]) != 'q' || text[1] != '=') return {};
  text.remove_prefix(2);
  if (text[0] != '0' && text[0] != '1') return {};
  if (text.size() > 1 && text[1] != '.') return {};
  int weight = (text[0] - '0') * 1000;
  for (std::size_t i = 2, unit = 100; i < text.size(); ++i, unit /= 10) {
    if (!is_digit(text[i])) return {};
    weight += (text[i] - '0') * static_cast<int>(unit);
  }
  return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

}  // namespace

void AcceptedCodings::add(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    std::string_view one = take_part(accept_encoding, ',');
    const std::string_view coding = take_part(one, ';');
    const auto weight = one.empty() ? std::optional(1000) : read_weight(trim(one));
    if (!weight) continue;
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) gzip_ = weight;
    if (equals_ignoring_case(coding, "identity")) identity_ = weight;
    if (coding == "*") any_ = weight;
  }
}

bool AcceptedCodings::prefer_gzip() const {
  const int gzip = gzip_ ? *gzip_ : any_.value_or(0);
  return gzip > 0 && gzip >= identity_.value_or(0);
}

Result<JsonView> Request::json() const {
  thread_local JsonDocument document;
  if (!is_json_media_type(header("content-type"))) return refuse(ErrorCode::unsupported_media_type);
  const std::string_view coding = header("content-encoding");
  if (!coding.empty() && !equals_ignoring_case(coding, "identity")) {
    return refuse(ErrorCode::unsupported_media_type, "Send the body without a Content-Encoding.");
  }
  auto parsed = document.parse(body_);
  if (parsed && parsed->kind() != JsonKind::object) {
    return refuse(Refusal{.code = ErrorCode::validation_failed, .errors = {{"body", "must be a JSON object"}}});
  }
  return parsed;
}

bool is_json_media_type(std::string_view content_type) {
  if (!equals_ignoring_case(take_part(content_type, ';'), "application/json")) return false;
  bool has_charset = false;
  while (!content_type.empty()) {
    std::string_view value = take_part(content_type, ';');
    if (value.empty()) continue;
    const std::string_view name = value.substr(0, value.find('='));
    if (name.empty() || name.size() == value.size() || !std::ranges::all_of(name, is_token_char)) return false;
    if (!equals_ignoring_case(name, "charset")) continue;
    value.remove_prefix(name.size() + 1);
    if (has_charset || !(equals_ignoring_case(value, "utf-8") || equals_ignoring_case(value, "\"utf-8\""))) return false;
    has_charset = true;
  }
  return true;
}

}  // namespace frontrow::http

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

bool Request::accepts_gzip() const { return names_gzip(header("Accept-Encoding")); }

bool names_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view one = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    const std::size_t semicolon = std::min(one.find(';'), one.size());
    if (!equals_ignoring_case(trim(one.substr(0, semicolon)), "gzip")) continue;
    const std::string_view weight = trim(one.substr(std::min(semicolon + 1, one.size())));
    return weight.empty() || weight.find_first_of("123456789") != std::string_view::npos;  // "q=0" and "q=0.000" say no
  }
  return false;
}

Result<JsonView> Request::json() const {
  thread_local JsonDocument document;
  if (!is_json_media_type(header("content-type"))) return refuse(ErrorCode::unsupported_media_type);
  auto parsed = document.parse(body_);
  if (parsed && parsed->kind() != JsonKind::object) {
    return refuse(Refusal{.code = ErrorCode::validation_failed, .errors = {{"body", "must be a JSON object"}}});
  }
  return parsed;
}

bool is_json_media_type(std::string_view content_type) {
  const std::size_t semicolon = std::min(content_type.find(';'), content_type.size());
  if (!equals_ignoring_case(trim(content_type.substr(0, semicolon)), "application/json")) return false;
  const std::string_view parameter = trim(content_type.substr(std::min(semicolon + 1, content_type.size())));
  return parameter.empty() || equals_ignoring_case(parameter, "charset=utf-8") ||
         equals_ignoring_case(parameter, "charset=\"utf-8\"");
}

}  // namespace frontrow::http

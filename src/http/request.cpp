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

#include "http/cors.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace frontrow::http {

namespace {

constexpr std::string_view kVary = "Vary: Origin\r\n";
// Headers that a script may read, besides the body and the few that Fetch always shows.
constexpr std::string_view kExposed =
    "Access-Control-Expose-Headers: ETag, Location, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate, Allow, Date, "
    "traceparent\r\n";
// Headers that a script may set. Accept and Accept-Language need no permission.
constexpr std::string_view kSettable =
    "Access-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Queue-Token, "
    "traceparent, "
    "tracestate\r\n";
constexpr std::string_view kRemembered = "Access-Control-Max-Age: 7200\r\n";  // the longest time that Chromium accepts

bool is_port(std::string_view text, std::string_view default_port) {
  const auto port = parse_decimal(text);
  return port && *port > 0 && *port <= 65'535 && text != default_port;
}

bool is_lower_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::string_view inside = host.substr(1, host.size() - std::min<std::size_t>(host.size(), 2));
    return host.ends_with(']') && !inside.empty() &&
           std::ranges::all_of(inside, [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; });
  }
  const auto is_host_char = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_'; };
  return !host.empty() && std::ranges::all_of(host, is_host_char);
}

}  // namespace

bool is_origin(std::string_view text) {
  const bool is_secure = text.starts_with("https://");
  if (!is_secure && !text.starts_with("http://")) return false;
  text.remove_prefix(is_secure ? 8 : 7);
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && !text.ends_with(']');
  if (has_port && !is_port(text.substr(colon + 1), is_secure ? "443" : "80")) return false;
  return is_lower_host(has_port ? text.substr(0, colon) : text);
}

Cors::Cors(std::vector<std::string> origins) {
  for (std::string& origin : origins) {
    std::string lines = "Access-Control-Allow-Origin: " + origin + "\r\n";
    lines += kExposed;
    lines += kVary;
    origins_.push_back({.origin = std::move(origin), .lines = std::move(lines)});
  }
}

const Cors::Allowed* Cors::find(std::optional<std::string_view> origin) const {
  if (!origin) return nullptr;
  const auto found = std::ranges::find(origins_, *origin, &Allowed::origin);
  return found == origins_.end() ? nullptr : &*found;
}

std::string_view Cors::lines_for(std::optional<std::string_view> origin) const {
  if (!is_on()) return {};
  const Allowed* allowed = find(origin);
  return allowed == nullptr ? kVary : std::string_view(allowed->lines);
}

std::string Cors::preflight_lines(std::optional<std::string_view> origin, std::string_view allowed_methods) const {
  if (find(origin) == nullptr) return {};
  std::string lines = "Access-Control-Allow-Methods: ";
  lines += allowed_methods;
  lines += "\r\n";
  lines += kSettable;
  lines += kRemembered;
  return lines;
}

}  // namespace frontrow::http

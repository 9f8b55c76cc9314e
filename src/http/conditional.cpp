#include "http/conditional.hpp"

#include <algorithm>

#include "http/request.hpp"
#include "http/text.hpp"

namespace frontrow::http {

// A tag may hold a comma (RFC 9110, 8.8.3). Ours do not, so a foreign tag cut at a comma gives two pieces that match
// none of ours.
bool names_etag(std::string_view list, std::string_view etag, Comparison comparison) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view one = trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (one == "*") return true;
    if (one.starts_with("W/")) {
      if (comparison == Comparison::strong) continue;
      one.remove_prefix(2);
    }
    if (one == etag) return true;
  }
  return false;
}

Conditions conditions_of(const Request& request) {
  return {.if_match = request.find_header("If-Match"), .if_none_match = request.find_header("If-None-Match")};
}

int status_under(const Conditions& conditions, std::string_view etag) {
  if (conditions.if_match && !names_etag(*conditions.if_match, etag, Comparison::strong)) return 412;
  if (conditions.if_none_match && names_etag(*conditions.if_none_match, etag, Comparison::weak)) return 304;
  return 200;
}

bool fails_without_etag(const Request& request, bool is_representation) {
  if (const auto if_match = request.find_header("If-Match")) return trim(*if_match) != "*" || !is_representation;
  if (request.method() == "GET" || request.is_head()) return false;
  return is_representation && trim(request.header("If-None-Match")) == "*";
}

}  // namespace frontrow::http

// Conditions on a request (RFC 9110, 13). Our answers have entity tags and no Last-Modified. So If-Modified-Since,
// If-Unmodified-Since and Range are ignored, as the RFC says for a resource without a date.
#pragma once

#include <optional>
#include <string_view>

namespace frontrow::http {

class Request;

enum class Comparison : bool { weak, strong };

// True if the list of an If-None-Match (weak) or If-Match (strong) header contains this entity tag. "*" contains every
// tag.
bool names_etag(std::string_view list, std::string_view etag, Comparison comparison);

struct Conditions {
  std::optional<std::string_view> if_match, if_none_match;
};
Conditions conditions_of(const Request& request);

// The status of a GET of an object with this entity tag: 412 if If-Match does not name it, else 304 if If-None-Match
// names it, else 200.
int status_under(const Conditions& conditions, std::string_view etag);

// True if the request must be refused with 412, for an object without an entity tag. `is_representation`: the path has
// a GET.
bool fails_without_etag(const Request& request, bool is_representation);

}  // namespace frontrow::http

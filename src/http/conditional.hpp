// Conditions on a request (RFC 9110, 13). We give entity tags and no Last-Modified, so If-Modified-Since, If-Unmodified-Since and
// Range are ignored, as the RFC has it for a resource without a date.
#pragma once

#include <optional>
#include <string_view>

namespace frontrow::http {

class Request;

enum class Comparison : bool { weak, strong };

// Is this entity tag in the list of an If-None-Match (weak) or If-Match (strong) header? "*" names every one.
bool names_etag(std::string_view list, std::string_view etag, Comparison comparison);

struct Conditions {
  std::optional<std::string_view> if_match, if_none_match;
};
Conditions conditions_of(const Request& request);

// Of a GET of what has this entity tag: 412 when If-Match names others, else 304 when If-None-Match names it, else 200.
int status_under(const Conditions& conditions, std::string_view etag);

// Of a request for what has no entity tag: true when it must not be done (412). `is_representation`: the path can be read.
bool fails_without_etag(const Request& request, bool is_representation);

}  // namespace frontrow::http

// Times as HTTP writes them.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace frontrow::http {

// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(TimePoint time);

}  // namespace frontrow::http

// Names of time zones, checked against the zones this system has (tzdata).
#pragma once

#include <string_view>

namespace frontrow::http {

inline constexpr std::size_t kMaxTimeZone = 64;

// "Asia/Seoul", "America/Argentina/Buenos_Aires", "UTC". Reads the system's list once, at the first call. Thread safe.
bool is_time_zone(std::string_view name);

}  // namespace frontrow::http

#include "api/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <set>
#include <string>

namespace frontrow::http {

namespace {

// Browsers know the zones by region, and UTC. What else lies in the system's folder (posix/, right/, Factory, localtime) they do
// not.
bool is_by_region(std::string_view name) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos) return name == "UTC";
  const std::string_view region = name.substr(0, slash);
  static constexpr std::string_view kRegions[] = {
      "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific", "Etc"};
  return std::ranges::find(kRegions, region) != std::end(kRegions);
}

std::set<std::string, std::less<>> zones_of_the_system() {
  std::set<std::string, std::less<>> names;
  for (const date::time_zone& zone : date::get_tzdb().zones)
    if (is_by_region(zone.name())) names.insert(zone.name());
  return names;
}

}  // namespace

bool is_time_zone(std::string_view name) {
  static const auto names = zones_of_the_system();
  return names.contains(name);
}

}  // namespace frontrow::http

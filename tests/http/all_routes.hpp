// The server's one table of routes, as the composition root builds it, without a server.
#pragma once

#include <string>
#include <vector>

#include "http/router.hpp"

namespace frontrow::test {

struct RouteRow {
  std::string method, pattern, needs;
  bool has_large_body = false;
  std::string audience, traffic;
  std::string role = {};  // empty: for others than operators
};

std::vector<RouteRow> all_route_rows();

}  // namespace frontrow::test

// Pages of other origins that may use the API from a browser: the Fetch standard's CORS, for origins that are named
// exactly.
//
// Credentials travel in headers that a script must set, never in cookies. So there is no
// Access-Control-Allow-Credentials.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow::http {

// As browsers write it: "https://shop.example", "http://localhost:5173". Lower case, no path, no default port.
bool is_origin(std::string_view text);

class Cors {
 public:
  Cors() = default;  // off: adds no header
  explicit Cors(std::vector<std::string> origins);

  bool is_on() const { return !origins_.empty(); }
  // Header lines for any answer to a request of this origin. For an origin that is not allowed: only that answers
  // differ by origin. Static text.
  std::string_view lines_for(std::optional<std::string_view> origin) const;
  // Further header lines for the answer to a preflight from an allowed origin; empty for another origin.
  std::string preflight_lines(std::optional<std::string_view> origin, std::string_view allowed_methods) const;

 private:
  struct Allowed {
    std::string origin;
    std::string lines;
  };
  const Allowed* find(std::optional<std::string_view> origin) const;

  std::vector<Allowed> origins_;
};

}  // namespace frontrow::http

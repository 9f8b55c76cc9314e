// The one table of routes, and the search of a path in it. The table can be listed: the OpenAPI check, the metric
// labels and the documentation read it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.hpp"
#include "domain/operator.hpp"

namespace frontrow::http {

class Request;
class Responder;

// Called on the HTTP thread of the connection, on several threads at once. Must not block. `request` is valid until it
// returns.
using Handler = std::function<void(const Request& request, Responder responder)>;

// `service`: the credential of a service that acts for all users, if the server wants one.
enum class Needs : std::uint8_t { none, ticket, admin, service };
enum class BodyLimit : std::uint8_t { normal, large };
// The listener that serves a route. Assets and facts that both kinds of pages need have both.
enum class Audience : std::uint8_t { buyers, operators, both };
// What a route is used for; limits depend on it. The API declares the values, 0 is the usual one.
enum class Traffic : std::uint8_t;

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/concerts/{concertId}/schedules"; a name in braces stands for an id
  Needs needs = Needs::none;
  BodyLimit body_limit = BodyLimit::normal;
  Handler handler;
  bool has_etag = false;  // the handler itself checks If-Match and If-None-Match
  Audience audience = Audience::buyers;
  Traffic traffic{};
  Role role = Role::owner;  // the least that an operator needs, if the route needs one
};

// A listener of buyers only, of operators only, or one for all.
enum class Listener : std::uint8_t { buyers, operators, all };

// The routes that a listener serves, in the order of the table. If buyers and operators have a route of the same method
// and pattern, a listener for all serves the operators'.
std::vector<Route> routes_of(Listener listener, const std::vector<Route>& table);

class Router {
 public:
  static constexpr std::size_t kMaxIds = 3;

  // Aborts on two routes of the same method and pattern, or two names for one place.
  explicit Router(std::vector<Route> routes);
  ~Router();
  Router(Router&&) noexcept;

  struct Match {
    const Route* route = nullptr;
    std::array<std::int64_t, kMaxIds> ids{};           // in the order of the pattern
    std::array<std::string_view, kMaxIds> id_names{};  // the names of these ids
    std::string_view allow;                            // methods of the path with OPTIONS, when it exists

    // The id at {name} of the pattern; the pattern must have that name.
    std::int64_t id(std::string_view name) const;
  };

  // Fills `match` as far as it gets; HEAD finds the route of GET. Refuses not_found, method_not_allowed (with
  // match.allow set), validation_failed for an id that is not an integer from 1 to 2^53−1.
  Result<void> find(std::string_view method, std::string_view path, Match& match) const;

  std::span<const Route> routes() const { return routes_; }
  // The methods of all paths, OPTIONS included: the answer to "OPTIONS *".
  std::string_view allow() const { return allow_; }

 private:
  struct Node;

  std::vector<Route> routes_;
  std::unique_ptr<Node> root_;
  std::string allow_;
};

}  // namespace frontrow::http

#include "http/router.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/strong_id.hpp"
#include "http/text.hpp"

namespace frontrow::http {

// A tree of path segments. A fixed segment wins over an id.
struct Router::Node {
  std::vector<std::pair<std::string_view, std::unique_ptr<Node>>> fixed;
  std::unique_ptr<Node> id;
  std::string_view id_name;
  std::vector<const Route*> routes;
  std::string allow = "OPTIONS";

  // The fixed node of the first segment of `path`, which is cut off then. The path is not searched for the segment's end.
  Node* take_fixed(std::string_view& path) const {
    for (const auto& [name, node] : fixed) {
      const std::size_t end = name.size() + 1;
      if (path.size() < end || (path.size() > end && path[end] != '/')) continue;
      if (!name.empty() && (path[1] != name.front() || path.substr(1, name.size()) != name)) continue;
      path.remove_prefix(end);
      return node.get();
    }
    return nullptr;
  }
};

namespace {

// Cuts the first segment off a path that starts with '/'.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_id_segment(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

// OPTIONS stays last.
void add_method(std::string& allow, std::string_view method) {
  constexpr std::string_view kLast = "OPTIONS";
  const std::string added = std::string(method == "GET" ? "GET, HEAD" : method) + ", ";
  if (allow.find(added) == std::string::npos) allow.insert(allow.size() - kLast.size(), added);
}

std::unexpected<Refusal> bad_id(std::string_view name) {
  return refuse(Refusal{.code = ErrorCode::validation_failed,
                        .errors = {{std::string(name), "must be an integer from 1 to 9007199254740991"}}});
}

}  // namespace

std::vector<Route> routes_of(Listener listener, const std::vector<Route>& table) {
  const auto is_hidden = [&](const Route& route) {
    if (listener == Listener::buyers) return route.audience == Audience::operators;
    if (listener == Listener::operators) return route.audience == Audience::buyers;
    return route.audience == Audience::buyers && std::ranges::any_of(table, [&](const Route& other) {
             return other.audience == Audience::operators && other.method == route.method && other.pattern == route.pattern;
           });
  };
  std::vector<Route> served;
  for (const Route& route : table)
    if (!is_hidden(route)) served.push_back(route);
  return served;
}

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), root_(std::make_unique<Node>()), allow_(root_->allow) {
  for (const Route& route : routes_) {
    CHECK(route.pattern.starts_with('/') && route.handler);
    Node* node = root_.get();
    std::size_t ids = 0;
    for (std::string_view rest = route.pattern; !rest.empty();) {
      if (Node* known = node->take_fixed(rest)) {
        node = known;
        continue;
      }
      const std::string_view segment = take_segment(rest);
      if (is_id_segment(segment)) {
        const std::string_view name = segment.substr(1, segment.size() - 2);
        if (!node->id) {
          node->id = std::make_unique<Node>();
          node->id_name = name;
        }
        CHECK(node->id_name == name && ++ids <= kMaxIds);
        node = node->id.get();
      } else {
        node = node->fixed.emplace_back(segment, std::make_unique<Node>()).second.get();
      }
    }
    for (const Route* other : node->routes) CHECK(other->method != route.method);
    node->routes.push_back(&route);
    add_method(node->allow, route.method);
    add_method(allow_, route.method);
  }
}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

Result<void> Router::find(std::string_view method, std::string_view path, Match& match) const {
  CHECK(path.starts_with('/'));
  const Node* node = root_.get();
  std::size_t ids = 0;
  std::string_view bad_id_name;
  while (!path.empty()) {
    if (const Node* next = node->take_fixed(path)) {
      node = next;
      continue;
    }
    const std::string_view segment = take_segment(path);
    if (!node->id || segment.empty()) return refuse(ErrorCode::not_found);
    const auto id = parse_decimal(segment);
    if (!id || *id < 1 || *id > kMaxId) bad_id_name = node->id_name;
    match.id_names[ids] = node->id_name;
    match.ids[ids++] = id.value_or(0);
    node = node->id.get();
  }
  if (node->routes.empty()) return refuse(ErrorCode::not_found);
  match.allow = node->allow;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;  // the connection leaves the body out
  for (const Route* route : node->routes) {
    if (route->method != wanted) continue;
    if (!bad_id_name.empty()) return bad_id(bad_id_name);
    match.route = route;
    return {};
  }
  return refuse(ErrorCode::method_not_allowed);
}

std::int64_t Router::Match::id(std::string_view name) const {
  const auto found = std::ranges::find(id_names, name);
  CHECK(found != id_names.end());
  return ids[static_cast<std::size_t>(found - id_names.begin())];
}

}  // namespace frontrow::http

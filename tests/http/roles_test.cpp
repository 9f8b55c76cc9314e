// Every operators' route × every role × every credential, from the route table: each is let through or refused as the table says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>

#include "base/wall_clock.hpp"
#include "domain/deed.hpp"
#include "domain/operator.hpp"
#include "http/all_routes.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

struct Credential {
  std::string name;
  std::optional<std::string> authorization;  // none: no such header
  std::optional<Role> role = {};             // none: nobody's
};

class Roles : public testing::Test {
 protected:
  HttpResponse ask(const std::string& method, const std::string& target, const std::string& body,
                   const std::optional<std::string>& authorization) {
    HttpRequest request{.method = method, .target = target, .body = body};
    if (authorization) request.headers.emplace_back("Authorization", *authorization);
    return sale_.http().send(request);
  }
  HttpResponse as_owner(const std::string& method, const std::string& target, const std::string& body = {}) {
    return ask(method, "/api/v1/admin/" + target, body, "Bearer " + sale_.admin_token());
  }
  // Returns the token.
  std::string add(const std::string& name, Role role, const std::string& more = {}) {
    const auto made = as_owner("POST", "operators", fmt::format(R"({{"name":"{}","role":"{}"{}}})", name, name_of(role), more));
    EXPECT_EQ(made.status, 201) << made;
    id_ = made.json().at("operator").at("id").as_int64();
    return made.text("token");
  }

  std::vector<Credential> credentials() {
    std::vector<Credential> all{{"the admin token", "Bearer " + sale_.admin_token(), Role::owner}};
    std::string last;
    for (const Role role : kRoles) {
      last = add(std::string{"good "} + std::string{name_of(role)}, role);
      all.push_back({std::string{name_of(role)}, "Bearer " + last, role});
    }
    all.push_back({"a scheme in other letters", "bEARER   " + last, Role::owner});
    const std::string revoked = add("revoked", Role::owner);
    EXPECT_EQ(as_owner("DELETE", fmt::format("operators/{}", id_)).status, 204);
    const TimePoint soon = wall_now() + std::chrono::seconds{4};
    const std::string expired = add("expired", Role::owner, fmt::format(R"(,"expiresAt":"{}")", iso8601(soon)));
    EXPECT_TRUE(eventually([&] { return ask("GET", "/api/v1/admin/me", "", "Bearer " + expired).status == 403; }));
    std::string upper = last;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    const NewConcert concert = sale_.add_concert();
    all.insert(all.end(),
               {{"nothing", {}},
                {"an empty header", ""},
                {"no token", "Bearer "},
                {"another scheme", "Basic " + last},
                {"no scheme", last},
                {"one letter", "Bearer x"},
                {"a token of another", "Bearer fro_" + std::string(64, '0')},
                {"a revoked account", "Bearer " + revoked},
                {"an expired account", "Bearer " + expired},
                {"a token cut short", "Bearer " + last.substr(0, last.size() - 1)},
                {"a token that is too long", "Bearer " + last + "0"},
                {"a token without its beginning", "Bearer " + last.substr(4)},
                {"a token in capitals", "Bearer " + upper},
                {"the hash of a token", "Bearer " + hexadecimal(sha256(last))},
                {"a part of the admin token", "Bearer " + sale_.admin_token().substr(1)},
                {"two tokens", "Bearer " + last + " " + last},
                {"a buyer's ticket", "Bearer " + enter(sale_.http(), 1, concert.id)}});
    return all;
  }

  static std::string target_of(const RouteRow& route, const std::string& id) {
    return std::regex_replace(route.pattern, std::regex(R"(\{[^}]*\})"), id);
  }

  TestSale sale_;
  std::int64_t id_ = 0;
};

TEST_F(Roles, EveryRouteLetsInWhomItsRowNames) {
  const std::vector<Credential> all = credentials();
  int asked = 0;
  for (const RouteRow& route : all_route_rows()) {
    if (route.role.empty()) continue;
    const Role least = *role_named(route.role);
    for (const Credential& by : all)
      // Ids that do not exist, and bodies that change nothing: whoever is let in is told so by another answer.
      for (const std::string body : {"", "{", "[]"}) {
        if (body.empty() && route.method != "GET" && route.method != "DELETE") continue;
        const auto answer = ask(route.method, target_of(route, "999999"), body, by.authorization);
        ++asked;
        const std::string what = fmt::format("{} {} with {}: {}", route.method, route.pattern, by.name, answer.body);
        if (!by.role) {
          const bool is_token = by.authorization && by.authorization->starts_with("Bearer ") && by.authorization->size() > 7;
          EXPECT_EQ(answer.code(), is_token ? "FORBIDDEN" : "UNAUTHORIZED") << what;
        } else if (*by.role < least) {
          EXPECT_EQ(answer.code(), "ROLE_REQUIRED") << what;
        } else {
          EXPECT_TRUE(answer.status != 401 && answer.status != 403) << what;
        }
      }
  }
  // The same for HEAD, which finds the route of GET; and for what an id may look like.
  for (const RouteRow& route : all_route_rows()) {
    if (route.role.empty() || route.method != "GET") continue;
    const Role least = *role_named(route.role);
    for (const Credential& by : all) {
      const int status = ask("HEAD", target_of(route, "999999"), "", by.authorization).status;
      ++asked;
      EXPECT_EQ(status == 401 || status == 403, !by.role || *by.role < least) << route.pattern << " with " << by.name;
    }
  }
  EXPECT_GE(asked, 1'500);
  expect_clean_audit(sale_);
}

// What is for buyers asks for no account, and takes none instead of what it wants.
TEST_F(Roles, AnOperatorsTokenOpensNothingOfBuyers) {
  const std::string token = "Bearer " + add("ann", Role::owner);
  int asked = 0;
  for (const RouteRow& route : all_route_rows()) {
    if (!route.role.empty() || route.needs == "-") continue;
    const auto without = ask(route.method, target_of(route, "1"), "{}", {});
    const auto with = ask(route.method, target_of(route, "1"), "{}", token);
    EXPECT_EQ(without.code(), with.code()) << route.pattern;
    if (route.needs == "ticket") {
      EXPECT_EQ(with.code(), "QUEUE_TOKEN_REQUIRED") << route.pattern;
    }
    ++asked;
  }
  EXPECT_GE(asked, 4);
}

// Where buyers and operators have listeners of their own, an account is no way around that.
TEST_F(Roles, EveryOperatorsRouteIsForOperators) {
  for (const RouteRow& route : all_route_rows())
    if (route.pattern.starts_with("/api/v1/admin/")) {
      EXPECT_EQ(route.needs, "admin") << route.pattern;
      EXPECT_EQ(route.audience, "operators") << route.pattern;
      EXPECT_FALSE(route.role.empty()) << route.pattern;
    }
}

}  // namespace
}  // namespace frontrow::test

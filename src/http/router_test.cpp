#include "http/router.hpp"

#include <gtest/gtest.h>

#include "http/request.hpp"
#include "http/response.hpp"

namespace frontrow::http {
namespace {

void nothing(const Request&, Responder) {}

Router make_router() {
  std::vector<Route> routes;
  for (auto [method, pattern] : {
           std::pair{"GET", "/api/v1/concerts"},
           {"GET", "/api/v1/concerts/{concertId}"},
           {"GET", "/api/v1/concerts/{concertId}/schedules"},
           {"GET", "/api/v1/concerts/{concertId}/schedules/{scheduleId}/seats"},
           {"POST", "/api/v1/concerts/{concertId}/reservations"},
           {"GET", "/api/v1/reservations/{id}"},
           {"DELETE", "/api/v1/reservations/{id}"},
           {"GET", "/api/v1/reservations/mine"},
           {"GET", "/"},
       }) {
    routes.push_back({.method = method, .pattern = pattern, .handler = nothing});
  }
  return Router{std::move(routes)};
}

std::string outcome(std::string_view method, std::string_view path) {
  static const Router router = make_router();
  Router::Match match;
  const auto found = router.find(method, path, match);
  if (found) {
    std::string text(match.route->pattern);
    for (auto id : match.ids) {
      if (id != 0) text += " " + std::to_string(id);
    }
    return text;
  }
  switch (found.error().code) {
    case ErrorCode::not_found: return "404";
    case ErrorCode::method_not_allowed: return "405 " + std::string(match.allow);
    case ErrorCode::validation_failed: return "400 " + found.error().errors.at(0).field;
    default: return "?";
  }
}

TEST(Router, FindsRoutesAndIds) {
  EXPECT_EQ(outcome("GET", "/"), "/");
  EXPECT_EQ(outcome("GET", "/api/v1/concerts"), "/api/v1/concerts");
  EXPECT_EQ(outcome("GET", "/api/v1/concerts/7"), "/api/v1/concerts/{concertId} 7");
  EXPECT_EQ(outcome("GET", "/api/v1/concerts/7/schedules/9007199254740991/seats"),
            "/api/v1/concerts/{concertId}/schedules/{scheduleId}/seats 7 9007199254740991");
  EXPECT_EQ(outcome("POST", "/api/v1/concerts/1/reservations"), "/api/v1/concerts/{concertId}/reservations 1");
  EXPECT_EQ(outcome("DELETE", "/api/v1/reservations/5"), "/api/v1/reservations/{id} 5");
}

TEST(Router, PrefersAFixedSegmentToAnId) { EXPECT_EQ(outcome("GET", "/api/v1/reservations/mine"), "/api/v1/reservations/mine"); }

TEST(Router, DoesNotKnowOtherPaths) {
  for (const char* path : {"/api",
                           "/api/v1",
                           "/api/v1/concerts/",
                           "/api/v1/concerts/7/",
                           "/api/v1/concerts//schedules",
                           "//",
                           "/API/v1/concerts",
                           "/api/v1/concerts/7/schedules/8",
                           "/api/v1/concerts/7/schedules/8/seats/9",
                           "/api/v1/../v1/concerts",
                           "/api%2Fv1/concerts",
                           "/%61pi/v1/concerts",
                           "/api/v1/concerts;x"}) {
    EXPECT_EQ(outcome("GET", path), "404") << path;
  }
}

TEST(Router, NamesTheMethodsOfAKnownPath) {
  EXPECT_EQ(outcome("PUT", "/api/v1/reservations/5"), "405 GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(outcome("get", "/api/v1/concerts"), "405 GET, HEAD, OPTIONS");
  EXPECT_EQ(outcome("BREW", "/api/v1/concerts/x"), "405 GET, HEAD, OPTIONS");
}

TEST(Router, AnswersHeadWhereverGetIs) { EXPECT_EQ(outcome("HEAD", "/api/v1/concerts"), outcome("GET", "/api/v1/concerts")); }

TEST(Router, WantsIdsToBeIntegers) {
  for (const char* id :
       {"0", "-1", "+1", "01", "1.0", "1e3", "x", "%31", "9007199254740992", "99999999999999999999", "null", " "}) {
    EXPECT_EQ(outcome("GET", std::string("/api/v1/concerts/") + id), "400 concertId") << id;
  }
}

TEST(Router, CanBeListed) {
  const Router router = make_router();
  EXPECT_EQ(router.routes().size(), 9u);
  EXPECT_EQ(router.routes()[3].pattern, "/api/v1/concerts/{concertId}/schedules/{scheduleId}/seats");
}

// Of each listener, the routes that it serves, as "pattern audience" in the order of the table.
std::vector<std::string> served(Listener listener) {
  const auto route = [](std::string_view pattern, Audience audience) {
    return Route{.method = "GET", .pattern = pattern, .handler = nothing, .audience = audience};
  };
  std::vector<std::string> names;
  for (const Route& each : routes_of(listener,
                                     {route("/sale", Audience::buyers),
                                      route("/health", Audience::buyers),
                                      route("/health", Audience::operators),
                                      route("/admin", Audience::operators),
                                      route("/style", Audience::both)}))
    names.push_back(std::string(each.pattern) + " " + std::to_string(static_cast<int>(each.audience)));
  return names;
}

TEST(Router, AListenerServesItsAudience) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(served(Listener::buyers), (Names{"/sale 0", "/health 0", "/style 2"}));
  EXPECT_EQ(served(Listener::operators), (Names{"/health 1", "/admin 1", "/style 2"}));
  EXPECT_EQ(served(Listener::all), (Names{"/sale 0", "/health 1", "/admin 1", "/style 2"})) << "operators see more";
}

TEST(RouterDeathTest, RefusesTheSameRouteTwice) {
  std::vector<Route> routes{{.method = "GET", .pattern = "/a", .handler = nothing},
                            {.method = "GET", .pattern = "/a", .handler = nothing}};
  EXPECT_DEATH(Router{std::move(routes)}, "CHECK failed");
}

TEST(Router, KnowsAnIdByItsName) {
  const Router router = make_router();
  Router::Match match;
  ASSERT_TRUE(router.find("GET", "/api/v1/concerts/7/schedules/8/seats", match));
  EXPECT_EQ(match.id("concertId"), 7);
  EXPECT_EQ(match.id("scheduleId"), 8);
  EXPECT_DEATH(match.id("reservationId"), "CHECK failed");
}

}  // namespace
}  // namespace frontrow::http

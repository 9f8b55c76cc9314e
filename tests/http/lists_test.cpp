// Lists of concerts and dates: shared by all clients, and right at every moment.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

Settings with_short_holds() {
  Settings settings = test_settings();
  settings.hold = std::chrono::seconds{1};
  return settings;
}

class Lists : public testing::Test {
 protected:
  Lists() : token_(enter(sale_.http(), 1, concert_.id)) {}

  // The paths of all lists that show the concert.
  std::vector<std::string> paths() const {
    return {"/api/v1/concerts",
            "/api/v1/concerts?limit=100",
            fmt::format("/api/v1/concerts/{}", concert_.id),
            fmt::format("/api/v1/concerts/{}/schedules", concert_.id),
            fmt::format("/api/v1/concerts/{}/schedules?availableOnly=true", concert_.id)};
  }
  HttpResponse ask(const std::string& path, std::string etag = {}, const char* method = "GET") {
    HttpRequest request{.method = method, .target = path};
    if (!etag.empty()) request.headers.emplace_back("If-None-Match", std::move(etag));
    return sale_.http().send(request);
  }
  static std::int64_t free_seats(const HttpResponse& answer) {
    const auto json = answer.json();
    if (const auto* list = json.if_contains("concerts")) return list->at(0).at("availableSeats").as_int64();
    if (const auto* list = json.if_contains("schedules"))
      return list->as_array().empty() ? 0 : list->at(0).at("availableSeats").as_int64();
    return json.at("availableSeats").as_int64();
  }

  TestSale sale_{with_short_holds()};
  NewConcert concert_ = sale_.add_concert({.seats = 2});
  std::string token_;
};

TEST_F(Lists, AreAnsweredByTheirTagUntilANumberInThemChanges) {
  for (const std::string& path : paths()) {
    const HttpResponse first = ask(path);
    ASSERT_EQ(first.status, 200) << path;
    EXPECT_EQ(free_seats(first), 2) << path;
    const std::string etag = first.header("ETag");
    ASSERT_FALSE(etag.empty()) << path;
    EXPECT_EQ(first.header("Cache-Control"), "no-cache");
    const HttpResponse same = ask(path, etag);
    EXPECT_EQ(same.status, 304) << path;
    EXPECT_EQ(same.header("ETag"), etag);
    EXPECT_EQ(ask(path).body, first.body);

    const HttpResponse held = sale_.http().send(hold(token_, concert_, concert_.first_seat));
    ASSERT_EQ(held.status, 201) << held;
    const HttpResponse changed = ask(path, etag);
    ASSERT_EQ(changed.status, 200) << path;
    EXPECT_EQ(free_seats(changed), 1) << path;
    EXPECT_NE(changed.header("ETag"), etag);
    ASSERT_EQ(sale_.http().send(cancel(token_, held.integer("reservationId"))).status, 204);
    EXPECT_EQ(ask(path, etag).status, 304) << "the same bytes as before: " << path;
  }
}

TEST_F(Lists, ShowASeatWhoseHoldIsOver) {
  ASSERT_EQ(sale_.http().send(hold(token_, concert_, concert_.first_seat)).status, 201);
  for (const std::string& path : paths()) EXPECT_TRUE(eventually([&] { return free_seats(ask(path)) == 2; })) << path;
}

TEST_F(Lists, OfDatesWithFreeSeatsLoseADateThatIsSoldOut) {
  const std::string path = fmt::format("/api/v1/concerts/{}/schedules?availableOnly=true", concert_.id);
  const std::string etag = ask(path).header("ETag");
  const std::vector seats{concert_.first_seat, concert_.first_seat + 1};
  ASSERT_EQ(sale_.http().send(hold(token_, concert_, seats)).status, 201);
  const HttpResponse now = ask(path, etag);
  ASSERT_EQ(now.status, 200);
  EXPECT_TRUE(now.json().at("schedules").as_array().empty());
}

TEST_F(Lists, ShowAChangeOfAnOperator) {
  std::vector<std::string> tags;
  for (const std::string& path : paths()) tags.push_back(ask(path).header("ETag"));
  ASSERT_EQ(sale_.http()
                .send(as_admin({.method = "PATCH",
                                .target = fmt::format("/api/v1/admin/concerts/{}", concert_.id),
                                .body = R"({"title":"Another","bookingClosesAt":"2099-01-01T00:00:00Z"})"},
                               sale_.admin_token()))
                .status,
            200);
  for (std::size_t i = 0; i < tags.size(); ++i) EXPECT_EQ(ask(paths()[i], tags[i]).status, 200) << paths()[i];
  EXPECT_EQ(ask(paths()[2]).text("title"), "Another");
}

TEST_F(Lists, AreNotRenderedForHead) {
  for (const std::string& path : paths()) {
    EXPECT_EQ(ask(path, {}, "HEAD").header("Content-Length"), "") << path;
    const HttpResponse got = ask(path);
    const HttpResponse head = ask(path, {}, "HEAD");
    EXPECT_EQ(head.header("Content-Length"), std::to_string(got.body.size())) << path;
    EXPECT_EQ(head.header("ETag"), got.header("ETag"));
    EXPECT_EQ(ask(path, got.header("ETag"), "HEAD").status, 304);
  }
}

TEST_F(Lists, RefuseWhatAnIfMatchDoesNotName) {
  HttpRequest request{.target = paths()[0], .headers = {{"If-Match", "\"x\""}}};
  EXPECT_EQ(sale_.http().send(request).code(), "PRECONDITION_FAILED");
  request.headers[0].second = ask(paths()[0]).header("ETag");
  EXPECT_EQ(sale_.http().send(request).status, 200);
}

}  // namespace
}  // namespace frontrow::test

// The whole sale in one story, and its event feed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "support/clients/event_follower.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

TEST(Tour, FromTheQueueToTheSoldSeat) {
  TestSale sale;
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert({.seats = 50, .price = 90'000});
  const std::string token = enter(http, 42, concert.id);

  const auto schedules = http.get("/api/v1/concerts/" + std::to_string(concert.id) + "/schedules").json();
  EXPECT_EQ(schedules.at("schedules").at(0).at("id"), concert.schedule);
  EXPECT_EQ(schedules.at("schedules").at(0).at("availableSeats"), 50);
  EXPECT_EQ(seat_statuses(http, token, concert)[6], "AVAILABLE");

  const auto held = http.send(hold(token, concert, concert.first_seat + 6, "hold"));
  ASSERT_EQ(held.status, 201) << held;
  EXPECT_EQ(held.integer("amount"), 90'000);
  EXPECT_EQ(seat_statuses(http, token, concert)[6], "TEMPORARILY_RESERVED");

  const auto poor = http.send(pay(token, held.integer("reservationId")));
  EXPECT_EQ(poor.code(), "INSUFFICIENT_POINTS");
  EXPECT_EQ(poor.integer("balance"), 0);
  EXPECT_EQ(poor.integer("amount"), 90'000);
  ASSERT_EQ(http.send(charge(42, 100'000, "charge")).status, 201);
  const auto paid = http.send(pay(token, held.integer("reservationId"), "pay"));
  ASSERT_EQ(paid.status, 201) << paid;
  EXPECT_EQ(paid.integer("balance"), 10'000);

  EXPECT_TRUE(eventually([&] { return http.send(poll(token)).text("status") == "COMPLETED"; }));
  const std::string watcher = enter(http, 43, concert.id);
  EXPECT_EQ(seat_statuses(http, watcher, concert)[6], "RESERVED");
  EXPECT_EQ(http.send(seat_map(token, concert)).code(), "QUEUE_TOKEN_COMPLETED");

  std::vector<std::string> told;
  for (const auto& event : all_events(http, sale.admin_token()))
    if (event.at("type") != "queue.activated") told.emplace_back(event.at("type").as_string());
  EXPECT_EQ(told, (std::vector<std::string>{"reservation.created", "payment.completed"}));
  expect_clean_audit(sale);
}

class EventFeed : public testing::Test {
 protected:
  HttpRequest feed(std::int64_t after = 0) {
    return as_admin({.target = "/api/v1/admin/events?after=" + std::to_string(after)}, sale_.admin_token());
  }
  std::int64_t hold_and_cancel(std::int64_t user) {
    HttpClient& http = sale_.http();
    const std::string token = enter(http, user, concert_.id);
    const auto held = http.send(hold(token, concert_, concert_.first_seat));
    EXPECT_EQ(held.status, 201) << held;
    EXPECT_EQ(http.send(cancel(token, held.integer("reservationId"))).status, 204);
    return held.integer("reservationId");
  }
  // The events of hold_and_cancel. Those of the reservation come in order; with several writing pods, the admission may
  // come after them.
  void expect_events_of(EventFollower& follower, std::int64_t reservation) {
    std::vector<std::string> of_reservation;
    for (int i = 0; i < 3; ++i) {
      const auto event = follower.next();
      ASSERT_TRUE(event.has_value());
      EXPECT_EQ(event->data.at("type").as_string(), event->event);
      EXPECT_EQ(std::to_string(event->data.at("id").as_int64()), event->id);
      const bool is_admission = event->event == "queue.activated";
      EXPECT_EQ(event->data.at("key").as_string(), std::to_string(is_admission ? concert_.id : reservation));
      if (!is_admission) of_reservation.push_back(event->event);
    }
    EXPECT_EQ(of_reservation, (std::vector<std::string>{"reservation.created", "reservation.cancelled"}));
  }

  TestSale sale_;
  NewConcert concert_ = sale_.add_concert();
};

TEST_F(EventFeed, CatchesUpAndThenFollows) {
  const std::int64_t first = hold_and_cancel(1);
  EventFollower follower(sale_.port(), feed());
  expect_events_of(follower, first);
  expect_events_of(follower, hold_and_cancel(2));
}

TEST_F(EventFeed, SaysWhichRequestMadeAnEventWhenItsSenderTraces) {
  const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
  HttpClient& http = sale_.http();
  const std::string token = enter(http, 1, concert_.id);
  const auto traced = [&](HttpRequest request) {
    return http.send(request.with("traceparent", "00-" + trace_id + "-b7ad6b7169203331-01"));
  };
  const auto held = traced(hold(token, concert_, concert_.first_seat)).integer("reservationId");
  ASSERT_EQ(http.send(cancel(token, held)).status, 204);
  ASSERT_EQ(http.send(charge(1, 1'000'000)).status, 201);
  const auto bought = http.send(hold(token, concert_, concert_.first_seat)).integer("reservationId");
  ASSERT_EQ(traced(pay(token, bought)).status, 201);
  std::vector<bool> are_traced;
  for (const auto& event : all_events(http, sale_.admin_token())) {
    if (event.at("type") == "queue.activated") continue;
    are_traced.push_back(event.contains("traceparent"));
    if (!are_traced.back()) continue;
    const std::string text{event.at("traceparent").as_string()};
    EXPECT_EQ(text.substr(3, 32), trace_id);
    EXPECT_EQ(text.find("b7ad6b7169203331"), std::string::npos) << "the parent is this server's span";
  }
  EXPECT_EQ(are_traced, (std::vector{true, false, false, true}));
}

TEST_F(EventFeed, SaysWhichRequestOfAnOperatorMadeAnEvent) {
  const std::string trace_id = "0af7651916cd43dd8448eb211c80319c", concert = fmt::format("/api/v1/admin/concerts/{}", concert_.id);
  const auto traced = [&](std::string method, std::string target, std::string body) {
    const HttpRequest change{.method = std::move(method), .target = std::move(target), .body = std::move(body)};
    return sale_.http().send(change.with("Authorization", "Bearer " + sale_.admin_token())
                                 .with("traceparent", "00-" + trace_id + "-b7ad6b7169203331-01"));
  };
  const std::string date = fmt::format("{}/schedules/{}", concert, concert_.schedule);
  ASSERT_EQ(traced("PATCH", concert, R"({"title":"Another"})").status, 200);
  ASSERT_EQ(traced("PUT", concert + "/queue", R"({"enabled":false,"maxActive":5,"admissionsPerSecond":5})").status, 200);
  ASSERT_EQ(traced("PATCH", date, R"({"startsAt":"2041-01-01T19:00:00Z"})").status, 200);
  ASSERT_EQ(traced("PATCH", date + "/seats", R"({"prices":[{"price":154}]})").status, 200);
  ASSERT_EQ(traced("DELETE", concert, "").status, 204);
  const auto events = all_events(sale_.http(), sale_.admin_token());
  ASSERT_EQ(events.size(), 5U);
  for (const auto& event : events) {
    ASSERT_TRUE(event.contains("traceparent")) << event;
    EXPECT_EQ(event.at("traceparent").as_string().subview(3, 32), trace_id);
  }
}

TEST_F(EventFeed, SaysWhichRequestLetSomebodyIn) {
  const NewConcert narrow = sale_.add_concert({.max_active = 1, .admissions_per_second = 100});
  HttpClient& http = sale_.http();
  const auto traced = [&](HttpRequest request, const std::string& span) {
    return http.send(request.with("traceparent", "00-" + span + span + "-" + span + "-01"));
  };
  const std::string joins = "1111111111111111", waits = "2222222222222222", claims = "3333333333333333";
  const std::string one = traced(join(1, narrow.id, "once"), joins).text("token");
  const std::string two = traced(join(2, narrow.id), waits).text("token"), three = http.send(join(3, narrow.id)).text("token");
  ASSERT_EQ(http.send(leave(one)).status, 204);
  ASSERT_TRUE(eventually([&] { return traced(poll(two), claims).text("status") == "ACTIVE"; }));
  ASSERT_EQ(http.send(leave(two)).status, 204);
  ASSERT_TRUE(eventually([&] { return http.send(poll(three)).text("status") == "ACTIVE"; }));
  std::vector<std::string> traces;
  ASSERT_TRUE(eventually([&] {
    traces.clear();
    for (const auto& event : all_events(http, sale_.admin_token()))
      traces.push_back(event.contains("traceparent") ? std::string(event.at("traceparent").as_string()).substr(3, 32) : "");
    return traces.size() == 3;
  }));
  EXPECT_EQ(traces, (std::vector{joins + joins, claims + claims, std::string{}}));
}

TEST_F(EventFeed, GoesOnFromTheLastEventAClientHasSeen) {
  hold_and_cancel(1);
  std::string seen, last;
  {
    EventFollower follower(sale_.port(), feed());
    follower.next();
    seen = follower.next()->id;
    last = follower.next()->id;
  }
  EventFollower again(sale_.port(), feed().with("Last-Event-ID", seen));
  EXPECT_EQ(again.next()->id, last);
  EventFollower by_query(sale_.port(), feed(std::stoll(seen)));
  EXPECT_EQ(by_query.next()->id, last);
}

TEST_F(EventFeed, SaysTheSameAsThePages) {
  for (int user = 1; user <= 120; ++user) hold_and_cancel(user);
  ASSERT_TRUE(eventually([&] { return all_events(sale_.http(), sale_.admin_token()).size() == 360; }));
  const auto pages = all_events(sale_.http(), sale_.admin_token());
  EventFollower follower(sale_.port(), feed());
  for (const auto& event : pages) EXPECT_EQ(follower.next()->data, event);
}

// As the retention does it: what is not delivered stays.
void delete_events_below(const TestSale& sale, std::int64_t first) {
  const auto is_delivered = [&] {
    return sale.database()->run("SELECT count(*) FROM outbox WHERE event_id < 9223372036854775807").starts_with("0");
  };
  ASSERT_TRUE(sale.database() == nullptr || eventually(is_delivered));
  const std::string id = sale.database() != nullptr ? "feed_id" : "id", to = std::to_string(first);
  const std::string statements = "UPDATE event_horizon SET first_id = " + to +
                                 ", gone_until = (SELECT max(occurred_at) FROM events WHERE " + id + " < " + to +
                                 "); DELETE FROM events WHERE " + id + " < " + to;
  if (sale.database() != nullptr)
    sale.database()->run(statements);
  else
    sqlite::Connection{sqlite::DataDirectory::database_in(sale.data_dir()).string(), sqlite::Access::read_write, {}}.run(
        statements);
}

TEST_F(EventFeed, SaysThatEventsAreGoneToAReaderThatHasFallenBehind) {
  hold_and_cancel(1);
  hold_and_cancel(2);
  ASSERT_EQ(all_events(sale_.http(), sale_.admin_token()).size(), 6U);
  delete_events_below(sale_, 4);
  const auto gone = sale_.http().send(feed(2));
  EXPECT_EQ(gone.status, 410);
  EXPECT_EQ(gone.code(), "EVENTS_GONE");
  EXPECT_EQ(gone.integer("oldestId"), 4);
  EXPECT_EQ(gone.header("Content-Type"), "application/problem+json");
  const auto stream = sale_.http().send(feed(2).with("Accept", "text/event-stream"));
  EXPECT_EQ(stream.status, 410);
  EXPECT_EQ(stream.integer("oldestId"), 4);
  const auto again = sale_.http().send(feed(0).with("Accept", "text/event-stream").with("Last-Event-ID", "1"));
  EXPECT_EQ(again.code(), "EVENTS_GONE");

  for (const std::int64_t after : {0, 3}) {  // from what is kept on; and a reader that has missed nothing
    const auto kept = sale_.http().send(feed(after));
    ASSERT_EQ(kept.status, 200) << kept;
    EXPECT_EQ(kept.json().at("events").as_array().size(), 3U);
    EXPECT_EQ(kept.json().at("events").at(0).at("id").as_int64(), 4);
    EventFollower follower(sale_.port(), feed(after));
    EXPECT_EQ(follower.next()->id, "4");
  }
  expect_clean_audit(sale_);
}

TEST_F(EventFeed, EndsWhenTheServerStops) {
  EventFollower follower(sale_.port(), feed());
  expect_events_of(follower, hold_and_cancel(1));
  sale_.server().stop();
  while (follower.next()) {
  }
}

TEST_F(EventFeed, HeadOfAStreamEnds) {
  auto request = feed().with("Accept", "text/event-stream");
  request.method = "HEAD";
  EXPECT_EQ(sale_.http().send(request).status, 200);
  EXPECT_EQ(sale_.http().send(request).status, 200);
}

TEST_F(EventFeed, NeedsTheAdminToken) {
  const HttpRequest anonymous{.target = "/api/v1/admin/events", .headers = {{"Accept", "text/event-stream"}}};
  EXPECT_EQ(sale_.http().send(anonymous).code(), "UNAUTHORIZED");
  EXPECT_EQ(sale_.http().send(as_admin(anonymous, "wrong")).code(), "FORBIDDEN");
}

}  // namespace
}  // namespace frontrow::test

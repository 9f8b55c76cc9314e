// Rules of a sale besides its seats: the end of a date, the time zone of a venue, the price that was shown, distinct
// names; and the events of an operator's changes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

using std::chrono::minutes;

class SaleRules : public testing::Test {
 protected:
  HttpClient& http() { return sale_.http(); }
  HttpResponse ask(std::string method, std::string target, std::string body = {}) {
    return http().send(
        as_admin({.method = std::move(method), .target = "/api/v1/admin/" + target, .body = std::move(body)}, sale_.admin_token()));
  }
  // "field reason" of the first complaint; the code if there is none.
  static std::string complaint(const HttpResponse& response) {
    const auto json = response.json();
    if (!json.contains("errors")) return response.code();
    const auto& error = json.at("errors").at(0);
    return std::string(error.at("field").as_string()) + " " + std::string(error.at("reason").as_string());
  }
  // The venue's time now, and this much later.
  std::string in(minutes later) { return iso8601(*parse_iso8601(http().get("/api/v1/time").text("now")) + later); }
  NewConcert concert_of(const HttpResponse& made) {
    const auto schedule = made.json().at("schedules").at(0).as_object();
    return {made.integer("id"), schedule.at("id").as_int64(), schedule.at("firstSeatId").as_int64()};
  }
  boost::json::array events_of_type(std::string_view type) {
    boost::json::array found;
    const auto page = ask("GET", "events?limit=1000").json();
    for (const auto& event : page.at("events").as_array())
      if (event.at("type").as_string() == type) found.push_back(event);
    return found;
  }
  TestSale sale_;
};

constexpr const char* kSections =
    R"("sections":[{"name":"R","rows":2,"seatsPerRow":3,"price":154000},{"name":"S","rows":1,"seatsPerRow":4,"price":99000}])";

TEST_F(SaleRules, ADateInThePastIsRefusedWithTheFieldAndTheReason) {
  const auto create = [&](const std::string& more) { return complaint(ask("POST", "concerts", R"({"title":"T",)" + more + "}")); };
  EXPECT_EQ(create(R"("schedules":[{"startsAt":"2020-01-01T19:00:00Z","seats":{"count":5,"price":10}}])"),
            "schedules[0].startsAt must be in the future");
  EXPECT_EQ(create(fmt::format(R"("bookingOpensAt":"{}","schedules":[{{"startsAt":"{}","seats":{{"count":5,"price":10}}}}])",
                               in(minutes{90}),
                               in(minutes{60}))),
            "bookingOpensAt must be before the sale of the last date ends");
  EXPECT_EQ(create(fmt::format(R"("salesEndOffsetMinutes":-90,"schedules":[{{"startsAt":"{}","seats":{{"count":5,"price":10}}}}])",
                               in(minutes{60})))
                .substr(0, 22),
            "schedules[0].startsAt ");
  EXPECT_EQ(
      create(R"("salesEndOffsetMinutes":1441,"schedules":[{"startsAt":"2040-01-01T19:00:00Z","seats":{"count":5,"price":10}}])"),
      "salesEndOffsetMinutes must be an integer from -10080 to 1440");
  EXPECT_EQ(
      create(R"("timeZone":"Asia/Atlantis","schedules":[{"startsAt":"2040-01-01T19:00:00Z","seats":{"count":5,"price":10}}])"),
      "timeZone must be the name of a time zone like Asia/Seoul");
}

TEST_F(SaleRules, TheSaleOfADateEndsBeforeItsStartAndALiveHoldStaysPayable) {
  const auto made = ask(
      "POST",
      "concerts",
      fmt::format(
          R"({{"title":"T","schedules":[{{"startsAt":"{}","seats":{{"count":5,"price":10}}}},{{"startsAt":"{}","seats":{{"count":5,"price":10}}}}]}})",
          in(minutes{60}),
          in(minutes{600})));
  ASSERT_EQ(made.status, 201) << made;
  const NewConcert concert = concert_of(made);
  const std::string list = fmt::format("/api/v1/concerts/{}/schedules", concert.id);
  EXPECT_EQ(http().get(list).json().at("schedules").as_array().size(), 2U);
  ASSERT_EQ(http().send(charge(1, 100)).status, 201);
  const std::string token = enter(http(), 1, concert.id);
  const auto held = http().send(hold(token, concert, concert.first_seat));
  ASSERT_EQ(held.status, 201) << held;

  const auto patched = ask("PATCH", fmt::format("concerts/{}", concert.id), R"({"salesEndOffsetMinutes":-60})");
  ASSERT_EQ(patched.status, 200) << patched;
  EXPECT_EQ(patched.integer("salesEndOffsetMinutes"), -60);
  EXPECT_EQ(patched.integer("scheduleCount"), 1) << "the first date is over";
  EXPECT_EQ(patched.integer("availableSeats"), 5);
  EXPECT_NE(patched.text("nextStartsAt"), made.json().at("schedules").at(0).at("startsAt").as_string());
  const auto shown = http().get(list).json().at("schedules").as_array();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_NE(shown[0].at("id"), concert.schedule);
  EXPECT_EQ(http().get(list + "?includePast=true").json().at("schedules").as_array().size(), 2U);
  const auto refused = http().send(hold(token, concert, concert.first_seat + 1));
  EXPECT_EQ(refused.code(), "BOOKING_NOT_OPEN");
  EXPECT_EQ(refused.text("detail"), "The sale of this date has ended.");
  EXPECT_EQ(http().send(pay(token, held.integer("reservationId"))).status, 201);

  ASSERT_EQ(ask("PATCH", fmt::format("concerts/{}", concert.id), R"({"salesEndOffsetMinutes":-601})").status, 200);
  EXPECT_EQ(http().send(join(2, concert.id)).code(), "BOOKING_NOT_OPEN") << "nothing can be had any more";
  const auto concerts = http().get("/api/v1/concerts").json();
  for (const auto& each : concerts.at("concerts").as_array()) EXPECT_NE(each.at("id"), concert.id);
  const auto over = http().get(fmt::format("/api/v1/concerts/{}", concert.id)).json();
  EXPECT_TRUE(over.at("nextStartsAt").is_null());
  EXPECT_FALSE(over.at("lastStartsAt").is_null());
  expect_clean_audit(sale_);
}

TEST_F(SaleRules, AConcertHasATimeZone) {
  const auto id = sale_.add_concert().id;
  const std::string target = fmt::format("concerts/{}", id);
  EXPECT_EQ(http().get("/api/v1/" + target).text("timeZone"), "Asia/Seoul") << "the setting's default";
  EXPECT_EQ(ask("PATCH", target, R"({"timeZone":"America/New_York"})").text("timeZone"), "America/New_York");
  EXPECT_EQ(ask("PATCH", target, R"({"timeZone":"EST5EDT"})").code(), "VALIDATION_FAILED");
  EXPECT_EQ(ask("PATCH", target, R"({"timeZone":null})").text("timeZone"), "Asia/Seoul");
}

TEST_F(SaleRules, InfoSaysWhatThePagesHaveToKnow) {
  const auto info = http().get("/api/v1/info");
  ASSERT_EQ(info.status, 200);
  EXPECT_EQ(info.text("authMode"), "open");
  EXPECT_EQ(info.text("chargeBy"), "user");
  EXPECT_EQ(info.text("defaultTimeZone"), "Asia/Seoul");
  for (const char* field : {"holdSeconds", "activeSeconds", "idleSeconds", "returnSeconds", "maxSeatsPerHold", "maxSeatsPerUser"})
    EXPECT_GE(info.integer(field), 1) << field;
}

TEST_F(SaleRules, AHoldIsMadeAtTheExpectedPriceOnly) {
  const NewConcert concert = sale_.add_concert({.seats = 5, .price = 1'000});
  const std::string token = enter(http(), 1, concert.id);
  auto wish = hold(token, concert, concert.first_seat);
  const auto expecting = [&](int amount) {
    wish.body = fmt::format(R"({{"scheduleId":{},"seatId":{},"expectedAmount":{}}})", concert.schedule, concert.first_seat, amount);
    return http().send(wish);
  };
  const auto refused = expecting(900);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "PRICE_CHANGED");
  EXPECT_EQ(refused.integer("amount"), 1'000);
  EXPECT_EQ(expecting(0).code(), "VALIDATION_FAILED");
  EXPECT_EQ(expecting(1'000).status, 201);
}

TEST_F(SaleRules, NamesAreStoredInOneFormAndInvisibleOnesRefused) {
  const auto made =
      ask("POST",
          "concerts",
          std::string(
              R"({"title":"  Caf\u0065\u0301  Live ","venue":"\u3000홀\u00a0A","schedules":[{"startsAt":"2040-01-01T19:00:00Z",)") +
              kSections + "}]}");
  ASSERT_EQ(made.status, 201) << made;
  const auto shown = http().get(fmt::format("/api/v1/concerts/{}", made.integer("id"))).json();
  EXPECT_EQ(shown.at("title"), "Caf\u00e9 Live");
  EXPECT_EQ(shown.at("venue"), "홀 A");
  const std::string target = fmt::format("concerts/{}", made.integer("id"));
  for (const char* bad : {R"(" ")", R"("\u200b")", R"("R\u202eA")", R"("\u3164")", R"("a\u0007b")", R"("a\nb")", R"("\ufeffA")"}) {
    EXPECT_EQ(complaint(ask("PATCH", target, fmt::format(R"({{"title":{}}})", bad))).substr(0, 10), "title must") << bad;
    EXPECT_EQ(complaint(ask("PATCH", target, fmt::format(R"({{"artist":{}}})", bad))).substr(0, 11), "artist must") << bad;
  }
  const NewConcert concert = concert_of(made);
  const std::string sections = fmt::format("concerts/{}/schedules/{}/sections", concert.id, concert.schedule);
  EXPECT_EQ(complaint(ask("PATCH", sections, R"({"section":"R","name":" S "})")), "name is the name of another section");
  EXPECT_EQ(complaint(ask("PATCH", sections, R"({"section":"T","name":"V"})")), "section is no section of this schedule");
}

TEST_F(SaleRules, ASectionGetsAnotherNameEverywhere) {
  const auto made =
      ask("POST", "concerts", std::string(R"({"title":"T","schedules":[{"startsAt":"2040-01-01T19:00:00Z",)") + kSections + "}]}");
  const NewConcert concert = concert_of(made);
  const std::string token = enter(http(), 1, concert.id);
  const auto held = http().send(hold(token, concert, concert.first_seat)).integer("reservationId");
  const auto before = http().send(seat_map(token, concert));
  const auto renamed = ask(
      "PATCH", fmt::format("concerts/{}/schedules/{}/sections", concert.id, concert.schedule), R"({"section":"R","name":"VIP"})");
  ASSERT_EQ(renamed.status, 200) << renamed;
  EXPECT_EQ(renamed.text("section"), "VIP");
  EXPECT_EQ(renamed.integer("version"), before.integer("version") + 1);
  const auto after = http().send(seat_map(token, concert).with("If-None-Match", before.header("ETag")));
  ASSERT_EQ(after.status, 200) << "the old ETag is worth nothing";
  EXPECT_EQ(after.json().at("seats").at(0).at("section"), "VIP");
  EXPECT_EQ(after.json().at("seats").at(6).at("section"), "S");
  const auto since = http().send(seat_map(token, concert, fmt::format("?since={}", before.integer("version"))));
  EXPECT_EQ(since.json().at("full"), true);
  EXPECT_EQ(since.json().at("seats").at(0).at("section"), "VIP");
  const auto mine = http().send(
      {.method = "GET", .target = fmt::format("/api/v1/reservations/{}", held), .body = {}, .headers = {{"X-Queue-Token", token}}});
  EXPECT_EQ(mine.json().at("seats").at(0).at("section"), "VIP");
  expect_clean_audit(sale_);
}

TEST_F(SaleRules, AConcertWithoutSalesIsDeletedAndOneWithSalesIsNot) {
  const NewConcert concert = sale_.add_concert({.seats = 5});
  const std::string target = fmt::format("concerts/{}", concert.id);
  const std::string token = enter(http(), 1, concert.id);
  const auto held = http().send(hold(token, concert, concert.first_seat)).integer("reservationId");
  EXPECT_EQ(ask("DELETE", target).code(), "CONCERT_HAS_SALES");
  ASSERT_EQ(http().send(cancel(token, held)).status, 204);
  EXPECT_EQ(ask("DELETE", target).status, 204);
  EXPECT_EQ(ask("DELETE", target).code(), "CONCERT_NOT_FOUND");
  EXPECT_EQ(ask("PATCH", target, R"({"title":"T"})").code(), "CONCERT_NOT_FOUND");
  EXPECT_EQ(http().get("/api/v1/" + target).code(), "CONCERT_NOT_FOUND");
  EXPECT_EQ(http().send(join(2, concert.id)).code(), "CONCERT_NOT_FOUND");
  // A ticket may name a concert that is a moment old. A pod of the cluster that does not know it yet answers 503 for
  // that long.
  EXPECT_TRUE(eventually([&] { return http().send(hold(token, concert, concert.first_seat)).code() == "CONCERT_NOT_FOUND"; }));
  EXPECT_EQ(http().get("/api/v1/reservations?userId=1").json().at("reservations").at(0).at("status"), "CANCELLED");
  const auto told = events_of_type("concert.changed");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("data").at("changes").at("deleted").at("to"), true);
  expect_clean_audit(sale_);
}

TEST_F(SaleRules, EveryChangeOfAnOperatorLeavesATrace) {
  const auto made =
      ask("POST", "concerts", std::string(R"({"title":"T","schedules":[{"startsAt":"2040-01-01T19:00:00Z",)") + kSections + "}]}");
  const NewConcert concert = concert_of(made);
  const std::string target = fmt::format("concerts/{}", concert.id),
                    date = fmt::format("{}/schedules/{}", target, concert.schedule);
  const auto preview = ask("PATCH", date + "/seats", R"({"prices":[{"price":154}],"dryRun":true})");
  EXPECT_EQ(preview.integer("changedSeats"), 10);
  EXPECT_EQ(preview.json().at("dryRun"), true);
  const auto lines = preview.json().at("changes").as_array();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("section"), "R");
  EXPECT_EQ(lines[0].at("from"), 154'000);
  EXPECT_EQ(lines[0].at("to"), 154);
  EXPECT_EQ(lines[0].at("seats"), 6);
  EXPECT_TRUE(events_of_type("schedule.changed").empty()) << "a preview is no change";
  EXPECT_EQ(ask("PATCH", date + "/seats", R"({"prices":[{"section":"S","price":154}]})").integer("changedSeats"), 4);
  EXPECT_EQ(ask("PATCH", date, R"({"startsAt":"2041-01-01T19:00:00Z"})").status, 200);
  EXPECT_EQ(ask("PATCH", target, R"({"bookingClosesAt":"2030-01-01T00:00:00Z"})").status, 200);
  EXPECT_EQ(ask("PATCH", target, R"({"bookingClosesAt":null})").status, 200);
  EXPECT_EQ(ask("PATCH", target, R"({"bookingClosesAt":null})").status, 200);
  EXPECT_EQ(ask("PUT", target + "/queue", R"({"enabled":false,"maxActive":5,"admissionsPerSecond":5})").status, 200);
  const auto dates = events_of_type("schedule.changed"), concerts = events_of_type("concert.changed");
  ASSERT_EQ(dates.size(), 2U);
  EXPECT_EQ(dates[0].at("data").at("scheduleId"), concert.schedule);
  EXPECT_EQ(dates[0].at("data").at("changes").at("prices").at(0).at("from"), 99'000);
  EXPECT_EQ(dates[1].at("data").at("changes").at("startsAt").at("to"), "2041-01-01T19:00:00.000Z");
  ASSERT_EQ(concerts.size(), 3U) << "what changed nothing is not told";
  EXPECT_EQ(concerts[0].at("data").at("changes").at("bookingClosesAt").at("to"), "2030-01-01T00:00:00.000Z");
  EXPECT_EQ(concerts[2].at("data").at("changes").at("queue").at("to").at("enabled"), false);
  EXPECT_EQ(concerts[2].at("key").as_string(), std::to_string(concert.id));
  EXPECT_EQ(concerts[2].at("eventId").as_string(), fmt::format("c{}-{}", concert.id, concerts[2].at("data").at("seq").as_int64()));
  expect_clean_audit(sale_);
}

}  // namespace
}  // namespace frontrow::test

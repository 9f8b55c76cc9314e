// Seat maps are in memory while somebody looks; nothing that a client sees depends on that.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <random>

#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

constexpr int kLarge = 6'000;  // seats: with its rendering, more than a mebibyte

Settings with_little_memory() {
  Settings settings = test_settings();
  settings.seat_map_memory_mib = 1;
  settings.hold = std::chrono::seconds{1};
  return settings;
}

class HallsOverHttp : public testing::Test {
 protected:
  explicit HallsOverHttp(const Settings& settings = test_settings()) : sale_(settings) {}
  HttpClient& http() { return sale_.http(); }
  // As the operator reads it. It may be some 0.2 s old.
  double metric(std::string_view name) {
    const std::string text = http().get("/actuator/prometheus").body;
    const auto at = text.find(fmt::format("\n{} ", name));
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }
  bool becomes(std::string_view name, double value) {
    return eventually([&] { return metric(name) == value; });
  }
  std::int64_t listed(const NewConcert& concert) {
    const auto dates = http().get(fmt::format("/api/v1/concerts/{}/schedules", concert.id)).json();
    const std::int64_t of_date = dates.at("schedules").at(0).at("availableSeats").as_int64();
    EXPECT_EQ(http().get(fmt::format("/api/v1/concerts/{}", concert.id)).integer("availableSeats"), of_date);
    return of_date;
  }
  // The number that the map says, which is also that of its seats.
  std::int64_t shown(const std::string& token, const NewConcert& concert) {
    const auto map = http().send(seat_map(token, concert)).json();
    std::int64_t available = 0;
    for (const auto& seat : map.at("seats").as_array()) available += seat.at("status").as_string() == "AVAILABLE";
    EXPECT_EQ(map.at("availableSeats").as_int64(), available);
    return available;
  }

  TestSale sale_;
};

TEST_F(HallsOverHttp, AreReadWhenSomebodyLooksAndNotBefore) {
  std::vector<NewConcert> concerts;
  for (int i = 0; i < 10; ++i) concerts.push_back(sale_.add_concert({.seats = 20}));
  EXPECT_EQ(listed(concerts[3]), 20);
  EXPECT_EQ(http().get("/api/v1/concerts").status, 200);
  const std::string token = enter(http(), 1, concerts[3].id);
  const auto held = http().send(hold(token, concerts[3], concerts[3].first_seat));
  ASSERT_EQ(held.status, 201);
  EXPECT_EQ(http().send(hold(enter(http(), 2, concerts[3].id), concerts[3], concerts[3].first_seat)).code(),
            "SEAT_ALREADY_RESERVED");
  EXPECT_EQ(listed(concerts[3]), 19);
  EXPECT_TRUE(becomes("halls_in_memory", 0));
  EXPECT_EQ(metric("hall_loads_total"), 0);
  EXPECT_EQ(shown(token, concerts[3]), 19);
  for (int i = 0; i < 3; ++i) http().send(seat_map(token, concerts[3]));
  EXPECT_TRUE(becomes("halls_in_memory", 1));
  EXPECT_EQ(metric("hall_loads_total"), 1);
  EXPECT_GT(metric("hall_bytes"), 20 * 64);
}

TEST_F(HallsOverHttp, AReservationSaysWhereItsSeatsAreWithoutTheHall) {
  const auto made = http().send(as_admin(
      {.method = "POST",
       .target = "/api/v1/admin/concerts",
       .body =
           R"({"title":"Rows","schedules":[{"startsAt":"2036-01-01T10:00:00.000Z","sections":[{"name":"R","rows":3,"seatsPerRow":4,"price":500}]}]})"},
      sale_.admin_token()));
  ASSERT_EQ(made.status, 201) << made;
  const auto date = made.json().at("schedules").at(0).as_object();
  const NewConcert concert{
      .id = made.integer("id"), .schedule = date.at("id").as_int64(), .first_seat = date.at("firstSeatId").as_int64()};
  const std::string token = enter(http(), 1, concert.id);
  const auto expect_place = [](const boost::json::object& reservation) {
    const auto& seat = reservation.at("seats").at(0).as_object();
    EXPECT_EQ(seat.at("section").as_string(), "R");
    EXPECT_EQ(seat.at("row").as_int64(), 2);
    EXPECT_EQ(seat.at("number").as_int64(), 2);
  };
  const auto held = http().send(hold(token, concert, concert.first_seat + 5));
  ASSERT_EQ(held.status, 201);
  expect_place(held.json());
  expect_place(http().get(fmt::format("/api/v1/reservations/{}?userId=1", held.integer("reservationId"))).json());
  expect_place(http().get("/api/v1/reservations?userId=1").json().at("reservations").at(0).as_object());
  ASSERT_EQ(http().send(charge(1, 500)).status, 201);
  expect_place(http().send(pay(token, held.integer("reservationId"))).json());
  for (const auto& event : all_events(http(), sale_.admin_token()))
    if (event.at("type").as_string().starts_with("reservation.")) expect_place(event.at("data").as_object());
  EXPECT_TRUE(becomes("hall_loads_total", 0));
}

TEST_F(HallsOverHttp, AConditionIsAnsweredAsWithTheHallInMemory) {
  const NewConcert concert = sale_.add_concert({.seats = 300});
  const std::string token = enter(http(), 1, concert.id);
  auto head = seat_map(token, concert);
  head.method = "HEAD";
  for (const bool packed : {false, true}) {
    const auto asked = [&](HttpRequest request) { return packed ? request.with("Accept-Encoding", "gzip") : request; };
    const auto before = http().send(asked(head));
    ASSERT_EQ(before.status, 200);
    const std::string etag = before.header("ETag");
    EXPECT_EQ(http().send(asked(seat_map(token, concert)).with("If-None-Match", etag)).status, 304);
    EXPECT_EQ(http().send(asked(seat_map(token, concert)).with("If-Match", "\"x\"")).status, 412);
    if (!tests_the_cluster()) {
      EXPECT_EQ(metric("hall_loads_total"), 0);
    }
    if (!packed) continue;
    const auto whole = http().send(asked(seat_map(token, concert)));
    EXPECT_EQ(whole.header("ETag"), etag);
    EXPECT_EQ(whole.header("Content-Encoding"), before.header("Content-Encoding"));
    EXPECT_EQ(whole.header("Vary"), before.header("Vary"));
    EXPECT_EQ(http().send(asked(head)).header("ETag"), etag);
  }
}

TEST_F(HallsOverHttp, AnOperatorChangesPricesAndNamesOfAHallThatNobodyLooksAt) {
  const NewConcert concert = sale_.add_concert({.seats = 4, .price = 100});
  const std::string path = fmt::format("/api/v1/admin/concerts/{}/schedules/{}/seats", concert.id, concert.schedule);
  const auto changed =
      http().send(as_admin({.method = "PATCH", .target = path, .body = R"({"prices":[{"price":250}]})"}, sale_.admin_token()));
  ASSERT_EQ(changed.status, 200) << changed;
  EXPECT_EQ(changed.integer("changedSeats"), 4);
  EXPECT_EQ(changed.integer("version"), 1);
  const auto map = http().send(seat_map(enter(http(), 1, concert.id), concert)).json();
  for (const auto& seat : map.at("seats").as_array()) EXPECT_EQ(seat.at("price").as_int64(), 250);
}

struct HallsInLittleMemory : HallsOverHttp {
  HallsInLittleMemory() : HallsOverHttp(with_little_memory()) {}
};

TEST_F(HallsInLittleMemory, AreFewHoweverManyAreLookedAt) {
  std::vector<NewConcert> concerts;
  std::vector<std::string> tokens;
  for (int i = 0; i < 4; ++i) {
    concerts.push_back(sale_.add_concert({.seats = kLarge}));
    tokens.push_back(enter(http(), 1, concerts.back().id));
  }
  for (int round = 0; round < 3; ++round)
    for (std::size_t i = 0; i < concerts.size(); ++i) {
      EXPECT_EQ(shown(tokens[i], concerts[i]), kLarge);
      EXPECT_LE(metric("halls_in_memory"), 3);
    }
  EXPECT_TRUE(eventually([&] { return metric("hall_loads_total") >= 8; }));
  EXPECT_TRUE(eventually([&] { return metric("halls_in_memory") == 1; })) << "one alone is more than is allowed, and it stays";
}

// A follower goes on where it was although the map that it followed is gone.
TEST_F(HallsInLittleMemory, AFollowerMissesNothing) {
  const NewConcert one = sale_.add_concert({.seats = kLarge}), other = sale_.add_concert({.seats = kLarge});
  const std::string token = enter(http(), 1, one.id), elsewhere = enter(http(), 1, other.id);
  std::int64_t version = http().send(seat_map(token, one)).integer("version");
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(http().send(hold(token, one, one.first_seat + i)).status, 201);
    shown(elsewhere, other);
    const auto changes = http().send(seat_map(token, one, fmt::format("?since={}", version)));
    ASSERT_EQ(changes.status, 200) << changes;
    ASSERT_GE(changes.integer("version"), version);
    version = changes.integer("version");
    const auto json = changes.json();
    bool is_told = false;
    for (const auto& seat : json.at("seats").as_array())
      is_told |= seat.at("id").as_int64() == one.first_seat + i && seat.at("status").as_string() != "AVAILABLE";
    EXPECT_TRUE(is_told) << i;
  }
}

// Holds of a second lapse and end meanwhile: the list is asked before and after the map, and one of the two must say the same. A
// pod of the cluster hears of the ends of holds from the store, once a second.
TEST_F(HallsInLittleMemory, AListSaysWhatTheMapShowsAtEachStepOfASale) {
  const NewConcert concerts[] = {sale_.add_concert({.seats = kLarge}), sale_.add_concert({.seats = kLarge})};
  ASSERT_EQ(http().send(charge(1, 1'000'000)).status, 201);
  std::mt19937 dice{7};
  const auto below = [&](int n) { return static_cast<int>(dice() % static_cast<unsigned>(n)); };
  std::vector<std::pair<std::string, std::int64_t>> held;
  for (int step = 0; step < 40; ++step) {
    const NewConcert& concert = concerts[below(2)];
    const int user = 1 + below(3);
    const std::string token = enter(http(), user, concert.id);
    if (below(3) > 0 || held.empty()) {
      const auto answer = http().send(hold(token, concert, concert.first_seat + below(30)));
      if (answer.status == 201) held.emplace_back(token, answer.integer("reservationId"));
    } else {
      const auto [owner, reservation] = held.back();
      held.pop_back();
      http().send(below(2) == 0 ? pay(owner, reservation) : cancel(owner, reservation));
    }
    for (const NewConcert& each : concerts) {
      const std::string looker = enter(http(), 9, each.id);
      const auto agree = [&] {
        const std::int64_t before = listed(each), map = shown(looker, each);
        return before == map || map == listed(each);
      };
      if (tests_the_cluster())
        EXPECT_TRUE(eventually(agree)) << "step " << step;
      else
        EXPECT_TRUE(agree()) << "step " << step;
    }
  }
  expect_clean_audit(sale_);
}

}  // namespace
}  // namespace frontrow::test

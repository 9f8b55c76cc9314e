// The machine's clock is set an hour forth and back while people hold seats: no hold ends early or late because of it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>

#include "base/wall_clock.hpp"
#include "crash/wall_clock.hpp"
#include "support/clients/sale_client.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/rounds.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

constexpr seconds kHold{2};
constexpr seconds kEarly{1}, kLate{5};  // the bounds of the promise

class WallClockTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = dir_.path() / "clock";
    std::ofstream{file} << std::string(sizeof(WallClock), '\0');
    const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    void* memory = ::mmap(nullptr, sizeof(WallClock), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    ASSERT_NE(memory, MAP_FAILED);
    clock_ = static_cast<WallClock*>(memory);
    environment_ = {std::string{"LD_PRELOAD="} + FRONTROW_CLOCK_SHIM, std::string{kWallClockVariable} + "=" + file.string()};
    start_ahead(hours{0});
  }
  void TearDown() override { ::munmap(clock_, sizeof(WallClock)); }

  void set_ahead(seconds by) { clock_->ahead_seconds = by.count(); }
  void start_ahead(seconds by, std::vector<std::string> more_flags = {}) {
    set_ahead(by);
    std::vector<std::string> flags{"--hold-seconds", std::to_string(kHold.count())};
    flags.insert(flags.end(), more_flags.begin(), more_flags.end());
    server_.set_options({.flags = flags, .environment = environment_});
    server_.start();
  }
  // The output of a refused start.
  std::string start_refused(seconds by, const std::string& command = "serve") {
    set_ahead(by);
    std::vector<std::string> arguments{command, "--data-dir", server_.data_dir().string()};
    if (command == "serve") arguments.insert(arguments.end(), {"--port", "0"});
    const RunResult result = run_frontrow(arguments, environment_);
    EXPECT_EQ(result.code, 1) << result.output;
    return result.output;
  }
  TimePoint sale_time() { return *parse_iso8601(HttpClient(server_.port()).get("/api/v1/time").text("now")); }

  TempDirectory dir_;
  std::vector<std::string> environment_;
  ServerProcess server_{dir_.path() / "data"};
  WallClock* clock_ = nullptr;
};

TEST_F(WallClockTest, SetAnHourForthAndBackEndsNoHoldEarlyOrLate) {
  HttpClient http(server_.port());
  const NewConcert concert = add_concert(http, server_.admin_token(), {.has_queue = false});
  const std::string holder = enter(http, 1, concert.id), watcher = enter(http, 2, concert.id);
  int round = 0;
  for (const seconds ahead : {hours{1}, hours{-1}, hours{0}, hours{-1}, hours{1}}) {
    if (round >= rounds(3, 5)) break;
    const std::int64_t seat = concert.first_seat + round++;
    const auto asked = Steady::now();
    const auto held = http.send(hold(holder, concert, seat));
    const auto answered = Steady::now();
    ASSERT_EQ(held.status, 201) << held;
    set_ahead(ahead);
    Steady::time_point last_held = answered, free;
    ASSERT_TRUE(eventually([&] {
      const auto before = Steady::now();
      const auto taken = http.send(hold(watcher, concert, seat));
      free = Steady::now();
      if (taken.status == 201) return http.send(cancel(watcher, taken.integer("reservationId"))).status == 204;
      EXPECT_EQ(taken.code(), "SEAT_ALREADY_RESERVED");
      last_held = before;
      return false;
    }));
    EXPECT_GE(free - asked, kHold - kEarly) << "taken over early";
    EXPECT_LE(last_held - answered, kHold + kLate) << "still held";
    EXPECT_EQ(http.send(pay(holder, held.integer("reservationId"))).code(), "RESERVATION_EXPIRED");
  }
  server_.stop();
  expect_clean_audit_by_program(server_.data_dir());
}

// Proves that the clock is really set: a start uses it, and a start on a store with a later time is refused.
TEST_F(WallClockTest, BehindTheStoredTimeRefusesTheStartUntilItIsRightOrAccepted) {
  const TimePoint before = sale_time();
  server_.stop();
  start_ahead(hours{1});
  const TimePoint forth = sale_time();
  EXPECT_GE(forth, before + hours{1});
  HttpClient http(server_.port());
  ASSERT_EQ(http.send(charge(1, 1)).status, 201);
  server_.stop();

  const auto refused = start_refused(hours{0});
  EXPECT_NE(refused.find("the store has seen " + iso8601(forth).substr(0, 14)), std::string::npos) << refused;
  EXPECT_NE(refused.find("the machine's clock says " + iso8601(before).substr(0, 11)), std::string::npos) << refused;
  EXPECT_NE(refused.find("--accept-stored-time"), std::string::npos) << refused;
  EXPECT_NE(start_refused(hours{0}, "demo").find("the store has seen"), std::string::npos) << "no other way in";

  start_ahead(hours{0}, {"--accept-stored-time"});
  EXPECT_GE(sale_time(), forth) << "time never goes back";
  const auto health = HttpClient(server_.port()).get("/actuator/health");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.text("status"), "DEGRADED");
  EXPECT_NE(health.body.find("ahead of the machine's clock"), std::string::npos) << health;
  EXPECT_TRUE(eventually([&] { return server_.log().find("ahead of the machine's clock; a start would") != std::string::npos; }));
  set_ahead(hours{2});
  EXPECT_TRUE(eventually([&] { return HttpClient(server_.port()).get("/actuator/health").text("status") == "UP"; }))
      << "until the clock has caught up";
  server_.stop();
  start_ahead(hours{1});  // ahead within the tolerance, or right
}

// A dead battery: the clock is wrong until the network sets it. Before the first request of a person, no time is
// written and no hold is ended.
TEST_F(WallClockTest, AYearAheadWritesNoTimeByStarting) {
  const std::int64_t of_ann = [&] {
    HttpClient http(server_.port());
    const NewConcert concert = add_concert(http, server_.admin_token(), {.has_queue = false});
    const auto held = http.send(hold(enter(http, 1, concert.id), concert, concert.first_seat));
    EXPECT_EQ(held.status, 201) << held;
    const NewConcert other = add_concert(http, server_.admin_token(), {.max_active = 1});
    for (const std::int64_t user : {2, 3}) EXPECT_EQ(http.send(join(user, other.id)).status, 201);
    return held.integer("reservationId");
  }();
  const auto expired = [&] {
    HttpClient http(server_.port());
    return count_events(all_events(http, server_.admin_token()), "reservation.expired", of_ann);
  };
  server_.stop();
  start_ahead(hours{24 * 365});
  EXPECT_NE(server_.log().find("THE MACHINE'S CLOCK IS FAR AHEAD"), std::string::npos) << server_.log_end();
  HttpClient http(server_.port());
  const HttpRequest list = as_admin({.target = "/api/v1/admin/concerts"}, server_.admin_token());
  ASSERT_TRUE(eventually([&] { return http.send(list).body.find("\"front\":2") != std::string::npos; })) << "the workers go round";
  EXPECT_EQ(expired(), 0);
  server_.stop();
  start_ahead(hours{0});
  EXPECT_LE(sale_time() - wall_now(), std::chrono::minutes{1}) << "the stored time did not move";

  server_.stop();
  start_ahead(hours{24 * 365});
  ASSERT_EQ(HttpClient(server_.port()).send(charge(1, 1)).status, 201);
  server_.stop();
  EXPECT_NE(start_refused(hours{0}).find("364 d"), std::string::npos) << "a person has asked";
}

// A sale that was away for long goes on with the first request.
TEST_F(WallClockTest, ADayAheadGoesOnWithTheFirstRequest) {
  HttpClient before(server_.port());
  const NewConcert concert = add_concert(before, server_.admin_token(), {.has_queue = false});
  const auto held = before.send(hold(enter(before, 1, concert.id), concert, concert.first_seat));
  server_.stop();
  start_ahead(hours{25});
  HttpClient http(server_.port());
  ASSERT_EQ(http.send(charge(1, 1)).status, 201);
  EXPECT_TRUE(eventually([&] {
    return count_events(all_events(http, server_.admin_token()), "reservation.expired", held.integer("reservationId")) == 1;
  }));
}

TEST_F(WallClockTest, AheadByLessThanADayIsNotShoutedAbout) {
  HttpClient http(server_.port());
  ASSERT_EQ(http.send(charge(1, 1)).status, 201);
  server_.stop();
  start_ahead(hours{23});
  EXPECT_EQ(server_.log().find("FAR AHEAD"), std::string::npos);
}

}  // namespace
}  // namespace frontrow::test

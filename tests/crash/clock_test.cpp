// Somebody sets the machine's clock an hour forth and back while people hold seats: no hold ends early or late for it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>

#include "base/clock.hpp"
#include "crash/wall_clock.hpp"
#include "support/rounds.hpp"
#include "support/sale_client.hpp"
#include "support/server_process.hpp"
#include "support/temp_directory.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

constexpr seconds kHold{2};
constexpr seconds kEarly{1}, kLate{5};  // RELIABILITY.md

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
    server_.set_options(
        {.flags = {"--hold-seconds", std::to_string(kHold.count())},
         .environment = {std::string{"LD_PRELOAD="} + FRONTROW_CLOCK_SHIM, std::string{kWallClockVariable} + "=" + file.string()}});
    server_.start();
  }
  void TearDown() override { ::munmap(clock_, sizeof(WallClock)); }

  void set_ahead(seconds by) { clock_->ahead_seconds = by.count(); }
  TimePoint sale_time() { return *parse_iso8601(HttpClient(server_.port()).get("/api/v1/time").text("now")); }

  TempDirectory dir_;
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

// That the clock is really set: a start believes it, unless the store has seen a later time.
TEST_F(WallClockTest, IsBelievedAtAStartUnlessTheStoreKnowsBetter) {
  const TimePoint before = sale_time();
  server_.stop();
  set_ahead(hours{1});
  server_.start();
  const TimePoint forth = sale_time();
  EXPECT_GE(forth, before + hours{1});
  HttpClient http(server_.port());
  ASSERT_EQ(http.send(charge(1, 1)).status, 201);
  server_.stop();
  set_ahead(hours{-1});
  server_.start();
  EXPECT_GE(sale_time(), forth) << "time never goes back";
}

}  // namespace
}  // namespace frontrow::test

// kill -9 in the middle of a rush: every answered change is there, no position in the queue has grown, and the server
// is soon up again.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "crash/load.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/rounds.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

constexpr std::chrono::seconds kReadyWithin{10};  // measured: far below the promised two seconds

struct PersonInLine {
  std::string token;
  std::int64_t position = 0;
};

std::vector<PersonInLine> line_up(HttpClient& http, const NewConcert& concert, int people) {
  std::vector<PersonInLine> line;
  for (int i = 0; i < people; ++i) {
    const auto joined = http.send(join(1'000'000'000 + i, concert.id));
    EXPECT_EQ(joined.status, 201);
    line.push_back({joined.text("token"), joined.integer("position")});
  }
  return line;
}

void expect_same_line(HttpClient& http, std::vector<PersonInLine>& line) {
  for (PersonInLine& person : line) {
    const auto view = http.send(poll(person.token));
    ASSERT_EQ(view.status, 200) << view;
    EXPECT_TRUE(view.text("status") == "WAITING" || view.text("status") == "ACTIVE") << view;
    EXPECT_LE(view.integer("position"), person.position) << "moved back";
    person.position = view.integer("position");
  }
  const auto ahead = std::ranges::is_sorted(line, {}, &PersonInLine::position);
  EXPECT_TRUE(ahead) << "the order of the line has changed";
}

TEST(Kill, NothingAnsweredIsLost) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  server.start();
  HttpClient http(server.port());
  const Scene scene = make_scene(http, server.admin_token());
  auto line = line_up(http, scene.queued, 50);
  std::mt19937 random(20260701);
  std::chrono::milliseconds slowest{};
  int answered = 0;
  for (int round = 0; round < rounds(6, 100); ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    Load load(scene, server.port(), 1 + 1'000'000 * round, random());
    ASSERT_TRUE(load.wait_for_answers(200 + static_cast<int>(random() % 3'000))) << server.log_end();
    server.kill();
    load.stop();
    server.start();
    slowest = std::max(slowest, server.started_in());
    EXPECT_LE(server.started_in(), kReadyWithin);
    load.expect_nothing_lost(server.port());
    HttpClient fresh(server.port());
    expect_same_line(fresh, line);
    expect_clean_audit_by_program(server.data_dir());
    answered += load.answered();
    if (HasFailure()) break;
  }
  std::printf("%d answers survived, slowest start %lld ms\n", answered, static_cast<long long>(slowest.count()));
}

// As many seats as the stored dates have.
std::int64_t seats_in(const std::filesystem::path& data) {
  sqlite::Connection reader{sqlite::uri_of(sqlite::DataDirectory::database_in(data), "mode=ro"), sqlite::Access::read_only, {}};
  return reader.integer("SELECT coalesce(sum(seat_count), 0) FROM schedules");
}

// A hall of 100,000 seats is written in many commits.
TEST(Kill, NothingOfAHalfMadeHallIsSeen) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  std::mt19937 random(20260702);
  const std::string arena =
      R"({"title":"Arena","schedules":[{"startsAt":"2100-01-01T10:00:00Z","seats":{"count":100000,"price":100}}]})";
  for (int round = 0; round < rounds(3, 40); ++round) {
    server.start();
    HttpRequest request = as_admin({.method = "POST", .target = "/api/v1/admin/concerts", .body = arena}, server.admin_token());
    request.headers.emplace_back("Idempotency-Key", "arena " + std::to_string(round));
    const std::int64_t until = seats_in(server.data_dir()) + 1 + static_cast<std::int64_t>(random() % 90'000);
    std::atomic<bool> is_answered{false};
    std::jthread operator_at_work([&, port = server.port()] {
      try {
        HttpClient http(port);
        is_answered = http.send(request).status == 201;
      } catch (const std::exception&) {
        // The server was killed.
      }
    });
    ASSERT_TRUE(eventually([&] { return seats_in(server.data_dir()) >= until; }));
    server.kill();
    operator_at_work.join();
    server.start();
    HttpClient http(server.port());
    const auto halls = [&] {
      std::size_t whole = 0;
      const auto list = http.get("/api/v1/concerts?limit=100").json();
      for (const auto& concert : list.at("concerts").as_array()) {
        EXPECT_EQ(concert.at("availableSeats").as_int64(), 100'000) << "half a hall";
        ++whole;
      }
      return whole;
    };
    const std::size_t before = halls();
    EXPECT_LE(before, static_cast<std::size_t>(round) + 1);
    EXPECT_GE(before, static_cast<std::size_t>(round) + is_answered);
    EXPECT_EQ(http.send(request).status, 201);
    EXPECT_EQ(halls(), static_cast<std::size_t>(round) + 1) << "one hall a key";
    expect_clean_audit_by_program(server.data_dir());
    EXPECT_EQ(server.stop(), 0);
  }
}

// Proves that the check can fail: a server that comes back without its write-ahead log has lost data.
TEST(Kill, AForgetfulServerIsFoundOut) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  server.start();
  HttpClient http(server.port());
  const Scene scene = make_scene(http, server.admin_token());
  server.stop();  // the test's concerts are in the database file now
  server.start();
  Load load(scene, server.port(), 1, 1);
  ASSERT_TRUE(load.wait_for_answers(500));
  server.kill();
  load.stop();
  std::filesystem::remove(server.data_dir() / "frontrow.db-wal");
  server.start();
  EXPECT_FALSE(load.find_losses(server.port()).empty());
}

// SIGTERM: every request under way is answered or refused, the exit is clean, and no answered change is lost.
TEST(Stop, UnderLoadLosesNothing) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  server.start();
  HttpClient http(server.port());
  const Scene scene = make_scene(http, server.admin_token());
  auto line = line_up(http, scene.queued, 20);
  for (int round = 0; round < rounds(2, 20); ++round) {
    Load load(scene, server.port(), 1 + 1'000'000 * round, 7);
    ASSERT_TRUE(load.wait_for_answers(1'000));
    EXPECT_EQ(server.stop(), 0) << server.log_end();
    load.stop();
    server.start();
    load.expect_nothing_lost(server.port());
    HttpClient fresh(server.port());
    expect_same_line(fresh, line);
    expect_clean_audit_by_program(server.data_dir());
  }
}

}  // namespace
}  // namespace frontrow::test

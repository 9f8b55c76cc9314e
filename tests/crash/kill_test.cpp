// kill -9 in the middle of a rush: every answered change is there, no position in the queue has grown, and the server
// is soon up again.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <random>

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

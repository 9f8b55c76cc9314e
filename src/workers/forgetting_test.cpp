#include "workers/forgetting.hpp"

#include <gtest/gtest.h>

#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"

namespace frontrow {
namespace {

using std::chrono::days;
using std::chrono::hours;

class RecordingStore : public ScriptedStore {
 public:
  using ScriptedStore::ScriptedStore;
  Forgotten forget(const KeptSince& since, int limit) override {
    ++calls;
    asked = since;
    asked_limit = limit;
    if (is_away) throw Unavailable{"store", "away"};
    return answer;
  }
  int calls = 0, asked_limit = 0;
  bool is_away = false;
  KeptSince asked;
  Forgotten answer;
};

class ForgettingTest : public testing::Test {
 protected:
  int calls_in(int turns, Forgetting& forgetting) {
    const int before = store_.calls;
    for (int turn = 0; turn < turns; ++turn) forgetting.run_once();
    return store_.calls - before;
  }
  ManualClock clock_;
  RecordingStore store_{clock_};
  Metrics metrics_;
};

TEST_F(ForgettingTest, AsksForRowsOlderThanEachRetention) {
  Forgetting forgetting{store_, clock_, metrics_, {.keys = hours{48}, .events = days{3}, .tickets = days{5}}};
  forgetting.run_once();
  EXPECT_EQ(store_.asked.keys, clock_.now() - hours{48});
  EXPECT_EQ(store_.asked.events, clock_.now() - days{3});
  EXPECT_EQ(store_.asked.tickets, clock_.now() - days{5});
  EXPECT_EQ(store_.asked.batches, clock_.now() - hours{24});
  EXPECT_GT(store_.asked_limit, 0);
  EXPECT_LE(store_.asked_limit, 1'000);
}

TEST_F(ForgettingTest, KeepsAllEventsWhenTheirRetentionIsZero) {
  Forgetting forgetting{store_, clock_, metrics_, {.events = {}}};
  forgetting.run_once();
  EXPECT_EQ(store_.asked.events, TimePoint{});
}

TEST_F(ForgettingTest, ComesBackAtOnceWhileThereIsMoreAndSeldomAfterwards) {
  Forgetting forgetting{store_, clock_, metrics_, {}};
  store_.answer.has_more = true;
  EXPECT_EQ(calls_in(100, forgetting), 100);
  store_.answer.has_more = false;
  calls_in(1'000, forgetting);
  EXPECT_LE(calls_in(2'410, forgetting), 11);
  EXPECT_GE(calls_in(2'410, forgetting), 9);
}

TEST_F(ForgettingTest, ShowsWhatIsGone) {
  Forgetting forgetting{store_, clock_, metrics_, {}};
  store_.answer = {.keys = 1, .events = 2, .tickets = 3, .batches = 4, .has_more = true, .first_event = {77}};
  calls_in(2, forgetting);
  const std::string text = metrics_.text();
  for (const char* line : {"forgotten_rows_total{kind=\"keys\"} 2\n",
                           "forgotten_rows_total{kind=\"events\"} 4\n",
                           "forgotten_rows_total{kind=\"tickets\"} 6\n",
                           "forgotten_rows_total{kind=\"batches\"} 8\n",
                           "events_first_id 77\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST_F(ForgettingTest, GoesOnAfterAFailure) {
  Forgetting forgetting{store_, clock_, metrics_, {}};
  store_.is_away = true;
  EXPECT_THROW(forgetting.run_once(), Unavailable);
  store_.is_away = false;
  EXPECT_EQ(calls_in(1, forgetting), 1);
}

}  // namespace
}  // namespace frontrow

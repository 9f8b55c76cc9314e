// Readers answer every accepted read, on their threads, and accept no more than there is room for.
#include "app/commit/readers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <sstream>

#include "base/log.hpp"
#include "support/fakes/empty_reader.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"

namespace frontrow {
namespace {

// Knows every user's points; fails when asked for the sales.
class OneAnswerReader final : public EmptyReader {
 public:
  Account account(UserId user) override { return {.user = user, .balance = {5}}; }
  SalesSummary sales(ConcertId) override { throw Unavailable("store", "disk I/O error"); }
};

class ReadersTest : public testing::Test {
 protected:
  ReadersTest() {
    configure_log({.out = &log});
    store.on_open_reader = [this] {
      ++opened;
      return std::make_unique<OneAnswerReader>();
    };
  }
  ~ReadersTest() override { configure_log({}); }
  std::ostringstream log;
  ManualClock clock;
  ScriptedStore store{clock};
  int opened = 0;
};

TEST_F(ReadersTest, AnswerOnAThreadOfTheirOwn) {
  Readers readers(store, 2, 10);
  EXPECT_EQ(opened, 2);
  std::latch answered{1};
  std::thread::id asked_on, answered_on;
  std::optional<Result<Account>> account;
  EXPECT_TRUE(readers.ask(
      [&](StoreReader& reader) {
        asked_on = std::this_thread::get_id();
        return reader.account({7});
      },
      [&](Result<Account> answer) {
        answered_on = std::this_thread::get_id();
        account = std::move(answer);
        answered.count_down();
      }));
  answered.wait();
  ASSERT_TRUE(account->has_value());
  EXPECT_EQ((*account)->balance, Points{5});
  EXPECT_EQ(asked_on, answered_on);
  EXPECT_NE(asked_on, std::this_thread::get_id());
}

TEST_F(ReadersTest, SayWhenTheStoreIsLostAndGoOn) {
  Readers readers(store, 1, 10);
  std::latch answered{2};
  std::optional<Result<SalesSummary>> lost;
  std::optional<Result<int>> later;
  EXPECT_TRUE(readers.ask([](StoreReader& reader) { return reader.sales({}); },
                          [&](Result<SalesSummary> answer) {
                            lost = std::move(answer);
                            answered.count_down();
                          }));
  EXPECT_TRUE(readers.ask([](StoreReader&) { return 3; },
                          [&](Result<int> answer) {
                            later = answer;
                            answered.count_down();
                          }));
  answered.wait();
  ASSERT_FALSE(lost->has_value());
  EXPECT_EQ(lost->error().code, ErrorCode::store_unavailable);
  EXPECT_EQ(lost->error().retry_after, std::chrono::seconds{1});
  EXPECT_EQ(*later, 3);
}

TEST_F(ReadersTest, RefuseAtTheDoorWhenTooManyWait) {
  std::atomic<int> answers{0};
  std::latch busy{1}, go_on{1};
  {
    Readers readers(store, 1, 2);
    const auto count = [&](Result<int>) { ++answers; };
    EXPECT_TRUE(readers.ask(
        [&](StoreReader&) {
          busy.count_down();
          go_on.wait();
          return 0;
        },
        count));
    busy.wait();
    EXPECT_TRUE(readers.ask([](StoreReader&) { return 1; }, count));
    EXPECT_TRUE(readers.ask([](StoreReader&) { return 2; }, count));
    EXPECT_FALSE(readers.ask([](StoreReader&) { return 3; }, count));
    go_on.count_down();
  }
  EXPECT_EQ(answers, 3) << "all that were taken in, also while stopping, and not the one that was refused";
}

TEST_F(ReadersTest, AnswerEverybodyUnderARush) {
  std::atomic<int> answers{0}, accepted{0};
  {
    Readers readers(store, 3, 1'000);
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i)
      clients.emplace_back([&] {
        for (int j = 0; j < 500; ++j)
          if (readers.ask([](StoreReader& reader) { return reader.account({7}); }, [&](const Result<Account>&) { ++answers; }))
            ++accepted;
      });
    clients.clear();
  }
  EXPECT_EQ(answers, accepted);
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace frontrow

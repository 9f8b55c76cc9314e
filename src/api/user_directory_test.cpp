#include "api/user_directory.hpp"

#include <gtest/gtest.h>

#include "support/fakes/manual_clock.hpp"
#include "support/fakes/model_store.hpp"
#include "support/wait.hpp"

namespace frontrow::http {
namespace {

Subject subject(int i) { return {.issuer = "https://id.example", .text = "person " + std::to_string(i)}; }

// Executes at once, in a transaction of its own, on the submitter's thread.
class CommitsNow final : public Commits {
 public:
  explicit CommitsNow(Store& store) : store_(store) {}
  void submit(std::unique_ptr<Command> command, CommandClass) override {
    const MutexLock lock(mutex_);
    ++submitted;
    if (is_full) return command->complete(CommitStatus::dropped);
    WorkingSet set;
    std::vector<Command*> again;
    Command* const batch[] = {command.get()};
    store_.execute(batch, set, again);
    command->complete(CommitStatus::committed);
  }
  bool is_full_for(CommandClass) const override { return is_full; }
  bool store_is_up() const override { return true; }

  std::atomic<int> submitted = 0;
  std::atomic<bool> is_full = false;

 private:
  Store& store_;
  Mutex mutex_;
};

class UserDirectoryTest : public testing::Test {
 protected:
  // The answer of look_up(), once it is there.
  Result<UserId> look_up(UserDirectory& directory, const Subject& who) {
    std::atomic<bool> is_done = false;
    Result<UserId> answer = refuse(ErrorCode::outcome_unknown);
    directory.look_up(who, [&](Result<UserId> user) {
      answer = std::move(user);
      is_done = true;
    });
    EXPECT_TRUE(test::eventually([&] { return is_done.load(); }));
    return answer;
  }

  ManualClock clock_;
  ModelState state_;
  ModelStore store_{state_, clock_};
  CommitsNow commits_{store_};
  Readers readers_{store_, 1, 100};
};

TEST_F(UserDirectoryTest, ASubjectIsKnownOnceItWasLookedUp) {
  UserDirectory directory(readers_, commits_, 1'000);
  EXPECT_EQ(directory.find(subject(1)), std::nullopt);
  EXPECT_EQ(look_up(directory, subject(1)), UserId{kFirstMappedUser});
  EXPECT_EQ(directory.find(subject(1)), UserId{kFirstMappedUser});
  EXPECT_EQ(look_up(directory, subject(2)), UserId{kFirstMappedUser + 1});
  EXPECT_EQ(directory.find(subject(2)), UserId{kFirstMappedUser + 1});
  EXPECT_EQ(directory.find({.issuer = "", .text = subject(1).text}), std::nullopt);
}

TEST_F(UserDirectoryTest, AfterARestartTheStoreStillKnowsAndNothingIsWritten) {
  {
    UserDirectory before(readers_, commits_, 1'000);
    ASSERT_TRUE(look_up(before, subject(1)));
  }
  UserDirectory directory(readers_, commits_, 1'000);
  ASSERT_TRUE(look_up(directory, subject(1)));
  EXPECT_EQ(directory.find(subject(1)), UserId{kFirstMappedUser});
  EXPECT_EQ(commits_.submitted, 1);
}

TEST_F(UserDirectoryTest, ManyRequestsOfOnePersonAskOnce) {
  UserDirectory directory(readers_, commits_, 1'000);
  std::atomic<int> answered = 0;
  for (int i = 0; i < 100; ++i) directory.look_up(subject(1), [&](const Result<UserId>&) { ++answered; });
  EXPECT_TRUE(test::eventually([&] { return answered == 100; }));
  EXPECT_EQ(state_.users.size(), 1U);
  EXPECT_LE(commits_.submitted, 1);
}

TEST_F(UserDirectoryTest, WithoutRoomTheRequestIsRefusedAndMayComeAgain) {
  UserDirectory directory(readers_, commits_, 1'000);
  commits_.is_full = true;
  const auto refused = look_up(directory, subject(1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::overloaded);
  commits_.is_full = false;
  EXPECT_EQ(look_up(directory, subject(1)), UserId{kFirstMappedUser});
}

TEST(KnownSubjects, RemembersThoseAskedForLately) {
  constexpr int kCapacity = 3'200;
  KnownSubjects known(kCapacity);
  const auto key = [](int i) { return KnownSubjects::key_of(subject(i)); };
  for (int i = 0; i < 20'000; ++i) {
    known.put(key(i), UserId{kFirstMappedUser + i});
    EXPECT_EQ(known.find(key(0)), UserId{kFirstMappedUser}) << i;
  }
  int remembered = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto found = known.find(key(i));
    if (!found) continue;
    ++remembered;
    EXPECT_EQ(*found, UserId{kFirstMappedUser + i});
  }
  EXPECT_GT(remembered, kCapacity / 3);
  EXPECT_LT(remembered, 2 * kCapacity);
  EXPECT_TRUE(known.find(key(19'999)).has_value());
}

TEST(KnownSubjects, IssuerAndTextDoNotRunIntoEachOther) {
  EXPECT_NE(KnownSubjects::key_of({.issuer = "ab", .text = "c"}), KnownSubjects::key_of({.issuer = "a", .text = "bc"}));
}

}  // namespace
}  // namespace frontrow::http

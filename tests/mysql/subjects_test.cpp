// Several pods see a person for the first time in one moment: the person has one user.
#include <gmock/gmock.h>

#include <latch>
#include <set>
#include <thread>

#include "mysql_test.hpp"

namespace frontrow::mysql {
namespace {

using Subjects = MysqlTest;

// A batch, as a pod's writer runs it: again while other batches are in its way.
void identify_all(Store& store, const std::vector<Subject>& subjects, std::vector<UserId>& out) {
  for (int attempt = 0;; ++attempt) {
    std::vector<CommandPtr> batch;
    std::vector<Made<UserId>> users;
    for (const Subject& subject : subjects) batch.push_back(identify(subject, users.emplace_back(made<UserId>())));
    try {
      if (!execute(store, batch).again.empty()) continue;
    } catch (const Contended&) {
      ASSERT_LT(attempt, 100);
      continue;
    }
    for (const auto& user : users) out.push_back(*user);
    return;
  }
}

TEST_F(Subjects, TwoPodsGiveOneUserToOnePerson) {
  constexpr int kPods = 4, kPeople = 40, kRounds = 10;
  std::vector<std::unique_ptr<Store>> pods;
  for (int i = 0; i < kPods; ++i) pods.push_back(open());
  std::set<UserId> given;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::vector<UserId>> seen(kPods);
    std::latch start{kPods};
    std::vector<std::jthread> threads;
    for (std::size_t pod = 0; pod < kPods; ++pod)
      threads.emplace_back([&, pod] {
        std::vector<Subject> people;
        for (int i = 0; i < kPeople; ++i)
          people.push_back({.issuer = "https://id.example", .text = std::to_string(round) + "-" + std::to_string(i)});
        if (pod % 2 == 1) std::ranges::reverse(people);
        start.arrive_and_wait();
        identify_all(*pods[pod], people, seen[pod]);
        if (pod % 2 == 1) std::ranges::reverse(seen[pod]);
      });
    threads.clear();
    for (const auto& users : seen) EXPECT_EQ(users, seen[0]) << round;
    given.insert(seen[0].begin(), seen[0].end());
  }
  EXPECT_EQ(given.size(), std::size_t{kPeople} * kRounds);
  EXPECT_EQ(run("SELECT count(*) FROM subjects"), std::to_string(kPeople * kRounds));
}

TEST_F(Subjects, APersonWhomAnotherPodHasSeenIsNotWrittenAgain) {
  const auto one = open(), other = open();
  const auto first = made<UserId>(), second = made<UserId>();
  const Subject ann{.issuer = "", .text = "ann"};
  execute(*one, identify(ann, first));
  const Executed again = execute(*other, identify(ann, second));
  EXPECT_EQ(*second, *first);
  EXPECT_FALSE(again.set.is_changed());
}

}  // namespace
}  // namespace frontrow::mysql

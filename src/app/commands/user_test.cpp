#include "app/commands/user.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

const Subject kAnn{.issuer = "https://id.example", .text = "f81d4fae-7dec"};

struct Outcome {
  Result<UserId> user = UserId{};
  Verdict verdict = Verdict::again;
};

Outcome identify(WorkingSet& set, const Subject& subject) {
  Outcome outcome;
  IdentifyUser command(subject, [&](Result<UserId> user) { outcome.user = std::move(user); });
  outcome.verdict = command.decide(set);
  command.complete(CommitStatus::committed);
  return outcome;
}

WorkingSet set_with_ids(std::int64_t count) {
  WorkingSet set;
  set.ids[static_cast<std::size_t>(IdKind::user)] = {.next = kFirstMappedUser, .end = kFirstMappedUser + count};
  return set;
}

TEST(IdentifyUser, DeclaresItsSubjectAndOneId) {
  Keys keys;
  IdentifyUser(kAnn, [](const Result<UserId>&) {}).declare(keys);
  EXPECT_EQ(keys.subjects, std::vector{kAnn});
  EXPECT_EQ(keys.new_ids[static_cast<std::size_t>(IdKind::user)], 1);
}

TEST(IdentifyUser, GivesAnIdAtFirstSight) {
  WorkingSet set = set_with_ids(1);
  const Outcome first = identify(set, kAnn);
  EXPECT_EQ(first.verdict, Verdict::decided);
  EXPECT_EQ(first.user.value(), UserId{kFirstMappedUser});
  EXPECT_EQ(set.new_subjects, std::vector{kAnn});
  EXPECT_TRUE(set.is_changed());
}

TEST(IdentifyUser, ASubjectTwiceInABatchHasOneId) {
  WorkingSet set = set_with_ids(2);
  const UserId first = identify(set, kAnn).user.value();
  EXPECT_EQ(identify(set, kAnn).user.value(), first);
  EXPECT_EQ(set.new_subjects.size(), 1U);
}

TEST(IdentifyUser, AStoredSubjectKeepsItsId) {
  WorkingSet set = set_with_ids(1);
  set.users.emplace(kAnn, UserId{kFirstMappedUser + 77});
  EXPECT_EQ(identify(set, kAnn).user.value(), UserId{kFirstMappedUser + 77});
  EXPECT_FALSE(set.is_changed());
}

TEST(IdentifyUser, TwoIssuersMayGiveOneNameToTwoPeople) {
  WorkingSet set = set_with_ids(3);
  const UserId ann = identify(set, kAnn).user.value();
  EXPECT_NE(identify(set, {.issuer = "https://other.example", .text = kAnn.text}).user.value(), ann);
  EXPECT_NE(identify(set, {.issuer = "", .text = kAnn.text}).user.value(), ann);
}

}  // namespace
}  // namespace frontrow

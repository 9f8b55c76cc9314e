// Making and revoking accounts.
#include "app/commands/operator.hpp"

#include <gtest/gtest.h>

#include "support/fakes/hand_made_set.hpp"

namespace frontrow {
namespace {

class OperatorCommands : public testing::Test {
 protected:
  Result<Operator> add(NewOperator wanted) {
    std::optional<Result<Operator>> outcome;
    AddOperator command(std::move(wanted), [&](Result<Operator> result) { outcome = std::move(result); });
    frontrow::decide(command, rows_.set);
    command.complete(CommitStatus::committed);
    return *outcome;
  }
  Result<Operator> revoke(OperatorKey whom) {
    std::optional<Result<Operator>> outcome;
    RevokeOperator command(std::move(whom), [&](Result<Operator> result) { outcome = std::move(result); });
    command.actor = {.account = {9}, .name = "olga", .address = "192.0.2.9"};
    frontrow::decide(command, rows_.set);
    command.complete(CommitStatus::committed);
    return *outcome;
  }
  static ErrorCode code(const Result<Operator>& result) { return result.error().code; }
  HandMadeSet rows_;
};

TEST_F(OperatorCommands, AnAccountIsMadeWithItsDeed) {
  const auto ann = add({.name = "ann", .role = Role::door, .token = sha256("x")});
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann->id, OperatorId{1});
  EXPECT_EQ(ann->role, Role::door);
  EXPECT_EQ(ann->made_at, rows_.set.now);
  EXPECT_EQ(add({.name = "ben"})->id, OperatorId{2});
  ASSERT_EQ(rows_.set.deeds.size(), 2U);
  const Deed& deed = rows_.set.deeds[0];
  EXPECT_EQ(deed.kind, DeedKind::operator_added);
  EXPECT_EQ(deed.subject, SubjectId{1});
  EXPECT_EQ(deed.actor.name, kTheProgram);
  EXPECT_EQ(deed.changes, R"({"name":{"from":null,"to":"ann"},"role":{"from":null,"to":"DOOR"}})");
}

TEST_F(OperatorCommands, ANameIsGivenOnceAndAgainAfterItsEnd) {
  ASSERT_TRUE(add({.name = "ann"}));
  EXPECT_EQ(code(add({.name = "ann"})), ErrorCode::operator_exists);
  ASSERT_TRUE(revoke(std::string{"ann"}));
  const auto again = add({.name = "ann"});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, OperatorId{2});
  EXPECT_EQ(rows_.set.deeds.size(), 3U) << "a refusal is no deed";
}

TEST_F(OperatorCommands, RevokingTwiceIsOneDeed) {
  const OperatorId ann = add({.name = "ann"})->id;
  EXPECT_EQ(revoke(ann)->revoked_at, rows_.set.now);
  EXPECT_EQ(revoke(ann)->revoked_at, rows_.set.now);
  ASSERT_EQ(rows_.set.deeds.size(), 2U);
  EXPECT_EQ(rows_.set.deeds[1].kind, DeedKind::operator_revoked);
  EXPECT_EQ(rows_.set.deeds[1].actor.name, "olga");
  EXPECT_EQ(code(revoke(std::string{"ann"})), ErrorCode::operator_not_found) << "no live account has the name";
  EXPECT_EQ(code(revoke(OperatorId{77})), ErrorCode::operator_not_found);
}

TEST_F(OperatorCommands, SomeNamesAndEndsAreRefused) {
  for (const auto name : {kAdminTokenName, kCommandLineName, kTheProgram})
    EXPECT_EQ(code(add({.name = std::string{name}})), ErrorCode::validation_failed) << name;
  EXPECT_EQ(code(add({.name = "ann", .expires_at = rows_.set.now})), ErrorCode::validation_failed);
  EXPECT_TRUE(add({.name = "ann", .expires_at = rows_.set.now + Duration{1}}));
  EXPECT_EQ(rows_.set.deeds.size(), 1U);
}

TEST_F(OperatorCommands, ThereIsABoundOnAccounts) {
  for (std::size_t i = 0; i < kMaxOperators; ++i) ASSERT_TRUE(add({.name = "n" + std::to_string(i)}));
  EXPECT_EQ(code(add({.name = "one more"})), ErrorCode::validation_failed);
  ASSERT_TRUE(revoke(OperatorId{1}));
  EXPECT_TRUE(add({.name = "one more"}));
}

}  // namespace
}  // namespace frontrow

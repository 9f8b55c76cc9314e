// The accounts in memory: found by token, from the process's own changes and from the store, in any order.
#include "app/live/operators.hpp"

#include <gtest/gtest.h>

#include "support/fakes/manual_clock.hpp"
#include "support/fakes/model_store.hpp"
#include "support/store_moves.hpp"

namespace frontrow {
namespace {

class OperatorsTest : public testing::Test {
 protected:
  const Sha256 ann_ = sha256("token of ann 1"), ben_ = sha256("token of ben 2");
  ManualClock clock_;
  ModelState state_;
  ModelStore store_{state_, clock_};
  std::unique_ptr<StoreReader> reader_ = store_.open_reader();
  Operators operators_;
};

TEST_F(OperatorsTest, KnowsOwnChangesAtOnce) {
  EXPECT_EQ(operators_.find(ann_), nullptr);
  operators_.take(execute(store_, add_operator({1}, "ann", Role::manager)).set.new_operators);
  ASSERT_NE(operators_.find(ann_), nullptr);
  EXPECT_EQ(operators_.find(ann_)->role, Role::manager);
  EXPECT_EQ(operators_.find(ben_), nullptr);
  operators_.take(execute(store_, revoke_operator({1})).set.revoked_operators);
  EXPECT_TRUE(operators_.find(ann_)->is_revoked());
}

TEST_F(OperatorsTest, ReadsWhatOthersHaveDone) {
  execute(store_, add_operator({1}, "ann"));
  operators_.refresh(*reader_);
  EXPECT_NE(operators_.find(ann_), nullptr);
  execute(store_, add_operator({2}, "ben"));
  execute(store_, revoke_operator({1}));
  EXPECT_FALSE(operators_.find(ann_)->is_revoked()) << "not asked yet";
  operators_.refresh(*reader_);
  EXPECT_TRUE(operators_.find(ann_)->is_revoked());
  EXPECT_FALSE(operators_.find(ben_)->is_revoked());
}

// A look at the store began before the commit, and comes later.
TEST_F(OperatorsTest, AnOlderPictureRevivesNobody) {
  operators_.take(execute(store_, add_operator({1}, "ann")).set.new_operators);
  const auto before = reader_->operators();
  operators_.take(execute(store_, revoke_operator({1})).set.revoked_operators);
  operators_.take(execute(store_, add_operator({2}, "ben")).set.new_operators);
  operators_.take(before);
  EXPECT_TRUE(operators_.find(ann_)->is_revoked());
  EXPECT_NE(operators_.find(ben_), nullptr);
}

}  // namespace
}  // namespace frontrow

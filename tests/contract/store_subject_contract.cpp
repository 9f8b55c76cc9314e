// A subject of bearer tokens has one user, for ever, in every store.
#include <gmock/gmock.h>

#include <set>

#include "contract/store_contract.hpp"

namespace frontrow {
namespace {

const Subject kAnnAtIssuer{.issuer = "https://id.example/", .text = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"};

TEST_P(StoreContract, ASubjectGetsAUserOnceAndKeepsIt) {
  EXPECT_EQ(reader()->user_of(kAnnAtIssuer), std::nullopt);
  const auto first = made<UserId>(), second = made<UserId>(), later = made<UserId>();
  std::vector<CommandPtr> batch;
  batch.push_back(identify(kAnnAtIssuer, first));
  batch.push_back(identify(kAnnAtIssuer, second));
  execute(store(), batch);
  EXPECT_GE(first->value, kFirstMappedUser);
  EXPECT_EQ(*second, *first) << "twice in a batch";
  EXPECT_EQ(reader()->user_of(kAnnAtIssuer), *first);
  reopen();
  execute(store(), identify(kAnnAtIssuer, later));
  EXPECT_EQ(*later, *first);
  EXPECT_EQ(reader()->user_of(kAnnAtIssuer), *first);
}

// Byte for byte: no collation, no blanks that do not count, nothing that ends a text early.
TEST_P(StoreContract, SubjectsThatLookAlikeAreOthers) {
  using namespace std::string_literals;
  std::set<UserId> users;
  std::vector<std::pair<Subject, Made<UserId>>> all;
  for (const std::string& text : {"ann"s,
                                  "Ann"s,
                                  "ann "s,
                                  " ann"s,
                                  "ann\0"s,
                                  "ann\0x"s,
                                  "042"s,
                                  "auth0|507f1f77bcf86cd799439020"s,
                                  "\xc3\xa9"s,   // é
                                  "e\xcc\x81"s,  // the same in two code points
                                  "\xf0\x9f\x8e\xab"s,
                                  "' OR 1=1 --"s,
                                  std::string(255, 'x'),
                                  std::string(254, 'x')})
    for (const std::string& issuer : {""s, "https://id.example"s, "https://id.example/"s, std::string(255, 'i')})
      all.emplace_back(Subject{.issuer = issuer, .text = text}, made<UserId>());
  std::vector<CommandPtr> batch;
  for (const auto& [subject, user] : all) batch.push_back(identify(subject, user));
  execute(store(), batch);
  const auto asking = reader();
  for (const auto& [subject, user] : all) {
    EXPECT_TRUE(users.insert(*user).second) << subject.issuer << " " << subject.text;
    EXPECT_EQ(asking->user_of(subject), *user) << subject.issuer << " " << subject.text;
  }
}

TEST_P(StoreContract, AUserOfASubjectIsNeverGivenTwice) {
  std::set<UserId> users;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20; ++i) {
      const auto user = made<UserId>();
      execute(store(), identify({.issuer = "", .text = std::to_string(round) + " " + std::to_string(i)}, user));
      EXPECT_TRUE(users.insert(*user).second);
    }
    reopen();
  }
}

}  // namespace
}  // namespace frontrow

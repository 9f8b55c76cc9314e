#include "adapters/sql/schema_age.hpp"

#include <gtest/gtest.h>

namespace frontrow::sql {
namespace {

constexpr int kThisProgram = 400;

TEST(SchemaAge, AProgramWorksOnANewerDatabaseThatWasOnlyExpanded) {
  EXPECT_EQ(too_new({.version = 9001}, kThisProgram), "");
  EXPECT_EQ(too_new({.version = 9001, .oldest_program = 330}, kThisProgram), "");
  EXPECT_EQ(too_new({.version = 9001, .oldest_program = kThisProgram}, kThisProgram), "");
}

TEST(SchemaAge, AProgramRefusesADatabaseThatLacksWhatItUses) {
  EXPECT_EQ(too_new({.version = 9002, .oldest_program = 9001}, kThisProgram),
            "the database is of version 9002, which needs a program that knows version 9001, and this program knows versions up to "
            "400: use a newer frontrow");
}

TEST(SchemaAge, AnOlderDatabaseIsNoReason) {
  EXPECT_EQ(too_new({}, kThisProgram), "");
  EXPECT_EQ(too_new({.version = 330, .oldest_program = 330}, kThisProgram), "");
}

// A database that programs of version 400 have migrated, so none of a later version is at work.
TEST(SchemaAge, NoReleaseIsLeftOutWhilePodsWork) {
  EXPECT_EQ(leap({.version = 400}, 9002, 400), "");
  EXPECT_EQ(leap({.version = 400}, 9002, 0), "") << "it only expands";
  EXPECT_EQ(leap({}, 9002, 9001), "") << "no pod works on an empty database";
  EXPECT_EQ(leap({.version = 400}, 9002, 9001),
            "step 9002 takes away what programs before version 9001 use, and the database is of version 400: release a version "
            "between the two first, or stop every pod and run `frontrow migrate`");
}

}  // namespace
}  // namespace frontrow::sql

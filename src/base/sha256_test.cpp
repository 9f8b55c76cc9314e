// The digest is the standard's.
#include "base/sha256.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

// FIPS 180-2, appendix B.1.
TEST(Sha256, IsTheStandards) {
  const Sha256 digest = sha256("abc");
  EXPECT_EQ(digest[0], std::byte{0xba});
  EXPECT_EQ(digest[1], std::byte{0x78});
  EXPECT_EQ(digest[30], std::byte{0x15});
  EXPECT_EQ(digest[31], std::byte{0xad});
}

TEST(Sha256, DiffersForEachText) {
  EXPECT_EQ(sha256("a"), sha256("a"));
  EXPECT_NE(sha256("a"), sha256("b"));
  EXPECT_NE(sha256(""), Sha256{});
}

}  // namespace
}  // namespace frontrow

#include "http/fingerprint.hpp"

#include <gtest/gtest.h>

#include <string>

namespace frontrow::http {
namespace {

TEST(IdempotencyHash, IsTheFrontOfTheSha256) {
  // printf abc | sha256sum
  const auto hash = idempotency_hash("abc").value();
  EXPECT_EQ(hash[0], std::byte{0xba});
  EXPECT_EQ(hash[1], std::byte{0x78});
  EXPECT_EQ(hash[15], std::byte{0x23});
  EXPECT_NE(idempotency_hash("abd").value(), hash);
}

TEST(IdempotencyHash, TakesOneTo64PrintableCharacters) {
  EXPECT_TRUE(idempotency_hash(std::string(64, '~')).has_value());
  for (const std::string& key :
       {std::string(), std::string(65, 'a'), std::string("a\tb"), std::string("\xc3\xa9"), std::string(1, '\0')}) {
    const auto hash = idempotency_hash(key);
    ASSERT_FALSE(hash.has_value()) << key;
    EXPECT_EQ(hash.error().code, ErrorCode::validation_failed);
    EXPECT_EQ(hash.error().errors.at(0).field, "Idempotency-Key");
  }
}

TEST(RequestFingerprint, NeverChanges) {
  // printf abc | sha256sum: ba7816bf8f01cfea…
  EXPECT_EQ(static_cast<std::uint64_t>(request_fingerprint("abc")), 0xba7816bf8f01cfeaULL);
  EXPECT_NE(request_fingerprint(""), request_fingerprint("abc"));
}

}  // namespace
}  // namespace frontrow::http

#include "api/fingerprint.hpp"

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

TEST(IdempotencyHash, TakesOneTo255PrintableCharacters) {
  EXPECT_TRUE(idempotency_hash(std::string(255, '~')).has_value());
  EXPECT_TRUE(idempotency_hash('"' + std::string(255, '~') + '"').has_value()) << "the quotes do not count";
  for (const std::string& key : {std::string(),
                                 std::string("\"\""),
                                 std::string(256, 'a'),
                                 '"' + std::string(256, 'a') + '"',
                                 std::string("a\tb"),
                                 std::string("\xc3\xa9"),
                                 std::string(1, '\0')}) {
    const auto hash = idempotency_hash(key);
    ASSERT_FALSE(hash.has_value()) << key;
    EXPECT_EQ(hash.error().code, ErrorCode::validation_failed);
    EXPECT_EQ(hash.error().errors.at(0).field, "Idempotency-Key");
  }
}

// draft-ietf-httpapi-idempotency-key-header has the key as a string of RFC 8941, in quotes.
TEST(IdempotencyHash, IsTheSameWithAndWithoutTheQuotesOfTheDraft) {
  EXPECT_EQ(idempotency_hash(R"("abc")").value(), idempotency_hash("abc").value());
  EXPECT_EQ(idempotency_hash(R"("a\"b\\c")").value(), idempotency_hash(R"(a"b\c)").value());
  for (const char* as_it_stands : {R"(")", R"("a)", R"(a")", R"("a"b")", R"("a\b")", R"("a\")"}) {
    const auto hash = idempotency_hash(as_it_stands);
    ASSERT_TRUE(hash.has_value()) << as_it_stands;
    EXPECT_NE(hash.value(), idempotency_hash("a").value()) << as_it_stands;
  }
}

TEST(RequestFingerprint, NeverChanges) {
  // printf abc | sha256sum: ba7816bf8f01cfea…
  EXPECT_EQ(static_cast<std::uint64_t>(request_fingerprint("abc")), 0xba7816bf8f01cfeaULL);
  EXPECT_NE(request_fingerprint(""), request_fingerprint("abc"));
}

}  // namespace
}  // namespace frontrow::http

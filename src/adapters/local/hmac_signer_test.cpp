// The first half of HMAC-SHA256, on any thread, with the right key only.
#include "adapters/local/hmac_signer.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <thread>
#include <vector>

namespace frontrow::local {
namespace {

std::vector<std::byte> bytes(std::string_view text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}
std::vector<std::byte> repeated(unsigned value, std::size_t times) { return std::vector<std::byte>(times, std::byte(value)); }

std::string hex(std::span<const std::byte> data) {
  std::string text;
  for (const std::byte byte : data) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4];
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

// RFC 4231, test cases 6 and 7 (the others have keys shorter than we accept), and one of our own length computed with Python's
// hmac.
TEST(HmacSigner, AgreesWithThePublishedVectors) {
  const HmacSigner signer(repeated(0xAA, 131));
  EXPECT_EQ(hex(signer.sign(bytes("Test Using Larger Than Block-Size Key - Hash Key First"))), "60e431591ee0b67f0d8a26aacbf5b77f");
  EXPECT_EQ(
      hex(signer.sign(bytes("This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
                            "be hashed before being used by the HMAC algorithm."))),
      "9b09ffa71b942fcb27635fbcd5b0e944");
  EXPECT_EQ(hex(HmacSigner(repeated(0x0B, 32)).sign(bytes("Hi There"))), "198a607eb44bfbc69903a0f1cf2bbdc5");
}

TEST(HmacSigner, SignsTheSameHoweverOftenAndWhateverCameBetween) {
  const HmacSigner one(repeated(1, 32)), two(repeated(2, 32));
  const auto message = bytes("message");
  const auto first = one.sign(message), other = two.sign(message);
  EXPECT_NE(first, other);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(one.sign(message), first);
    EXPECT_EQ(two.sign(message), other);
  }
}

TEST(HmacSigner, VerifiesItsOwnSignaturesOnly) {
  const HmacSigner signer(repeated(1, 32)), stranger(repeated(2, 32));
  const auto message = bytes("a ticket");
  const auto signature = signer.sign(message);
  EXPECT_TRUE(signer.verify(signer.key_id(), message, signature));
  EXPECT_FALSE(stranger.verify(stranger.key_id(), message, signature));
  EXPECT_FALSE(signer.verify(static_cast<std::uint8_t>(signer.key_id() + 1), message, signature)) << "a key it does not have";
  EXPECT_FALSE(signer.verify(signer.key_id(), bytes("a tickeT"), signature));
  for (std::size_t at = 0; at < signature.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto forged = signature;
      forged[at] ^= std::byte(1 << bit);
      EXPECT_FALSE(signer.verify(signer.key_id(), message, forged)) << at << '.' << bit;
    }
}

TEST(HmacSigner, TakesNoShortKey) { EXPECT_DEATH(HmacSigner(repeated(1, 31)), "CHECK failed"); }

TEST(HmacSigner, SignsOnManyThreadsAtOnceAndOutlivesNone) {
  for (int round = 0; round < 20; ++round) {
    const HmacSigner signer(repeated(static_cast<unsigned>(round), 32));
    const auto message = bytes("message");
    const auto expected = signer.sign(message);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 50; ++j) EXPECT_EQ(signer.sign(message), expected);
      });
  }
}

}  // namespace
}  // namespace frontrow::local

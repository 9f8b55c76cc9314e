// A ticket reads back as it was written, or not at all. A toy signer signs it here, so that only the layout is tested; the real
// signer has its own test.
#include "app/queue/ticket_mint.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace frontrow {
namespace {

using std::chrono::seconds;

// Sixteen sums over the message. Not a signature, but every byte counts.
class ToySigner final : public Signer {
 public:
  explicit ToySigner(std::uint8_t key_id = 1) : key_id_(key_id) {}
  std::uint8_t key_id() const override { return key_id_; }
  std::array<std::byte, 16> sign(std::span<const std::byte> message) const override {
    std::array<std::byte, 16> sums{};
    std::uint64_t state = 0xCBF2'9CE4'8422'2325;  // FNV-1a
    for (std::size_t round = 0; round < sums.size(); ++round) {
      for (const std::byte byte : message) state = (state ^ std::to_integer<std::uint64_t>(byte)) * 0x100'0000'01B3;
      sums[round] = static_cast<std::byte>(state >> 32);
    }
    return sums;
  }
  bool verify(std::uint8_t key_id, std::span<const std::byte> message, std::span<const std::byte, 16> signature) const override {
    return key_id == key_id_ && std::ranges::equal(sign(message), signature);
  }

 private:
  const std::uint8_t key_id_;
};

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Ticket some_ticket() {
  return {.concert = {3}, .number = {12'345}, .user = {678}, .issued_at = kNow, .expires_at = kNow + seconds{86'400}};
}

TEST(TicketMint, ReadsBackWhatItWrote) {
  const ToySigner signer;
  const TicketMint mint(signer);
  const Ticket smallest{.concert = {1}, .number = {1}, .user = {1}, .issued_at = TimePoint{}, .expires_at = TimePoint{seconds{1}}};
  const Ticket largest{.concert = kMaxConcertId,
                       .number = {(std::int64_t{1} << 48) - 1},
                       .user = {kMaxId},
                       .issued_at = TimePoint{seconds{0xFFFF'FFFF}},
                       .expires_at = TimePoint{seconds{0xFFFF'FFFF}}};
  for (const Ticket& ticket : {some_ticket(), smallest, largest}) {
    const std::string text = mint.write(ticket);
    EXPECT_EQ(text.size(), kTicketLength);
    EXPECT_EQ(text.find_first_not_of(kAlphabet), std::string::npos);
    const auto read = mint.read(text);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, ticket);
  }
}

TEST(TicketMint, WritesTheSameTicketTheSameWay) {
  const ToySigner signer;
  EXPECT_EQ(TicketMint(signer).write(some_ticket()), TicketMint(signer).write(some_ticket()));
}

TEST(TicketMint, CutsTimesToTheSecond) {
  const ToySigner signer;
  const TicketMint mint(signer);
  Ticket ticket = some_ticket();
  ticket.issued_at += Duration{999};
  EXPECT_EQ(mint.read(mint.write(ticket))->issued_at, kNow);
}

TEST(TicketMint, KeepsATimeItCannotWriteAsTheNearestItCan) {
  const ToySigner signer;
  const TicketMint mint(signer);
  Ticket ticket = some_ticket();
  ticket.expires_at = TimePoint{std::chrono::sys_days{std::chrono::December / 31 / 9999}};
  EXPECT_EQ(mint.read(mint.write(ticket))->expires_at, TimePoint{seconds{0xFFFF'FFFF}}) << "a sale without an end has not ended";
  ticket.expires_at = TimePoint{Duration{-1}};
  EXPECT_EQ(mint.read(mint.write(ticket))->expires_at, TimePoint{});
}

TEST(TicketMint, AnotherMintsTicketIsNotGenuineBecauseItWasReadHereBefore) {
  const ToySigner mine(1), other(2);
  const TicketMint mint(mine), another(other);
  const std::string text = another.write(some_ticket());
  EXPECT_TRUE(another.read(text));
  EXPECT_TRUE(another.read(text));
  EXPECT_FALSE(mint.read(text));
  EXPECT_TRUE(another.read(text));
}

TEST(RecentTickets, FindsTheTextItWasGivenAndNoOther) {
  RecentTickets recent;
  const std::string text(kTicketLength, 'x');
  EXPECT_EQ(recent.find(text), nullptr);
  recent.keep(text, some_ticket());
  ASSERT_NE(recent.find(text), nullptr);
  EXPECT_EQ(*recent.find(text), some_ticket());
  EXPECT_EQ(recent.find(text.substr(1)), nullptr);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string forged = text;
    forged[at] = 'y';
    EXPECT_EQ(recent.find(forged), nullptr);
  }
}

TEST(TicketMint, RefusesEveryTicketWithOneBitChanged) {
  const ToySigner signer;
  const TicketMint mint(signer);
  const std::string text = mint.write(some_ticket());
  EXPECT_TRUE(mint.read(text));  // and is remembered
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int bit = 0; bit < 6; ++bit) {
      std::string forged = text;
      forged[at] = kAlphabet[kAlphabet.find(text[at]) ^ std::size_t{1} << bit];
      const auto read = mint.read(forged);
      ASSERT_FALSE(read.has_value()) << at << '.' << bit;
      EXPECT_EQ(read.error().code, ErrorCode::queue_token_invalid);
    }
}

TEST(TicketMint, RefusesWhatIsNoTicketAtAll) {
  const ToySigner signer;
  const TicketMint mint(signer);
  const std::string text = mint.write(some_ticket());
  for (const std::string& wrong : {std::string{},
                                   std::string(1, 'A'),
                                   text.substr(1),
                                   text.substr(0, 63),
                                   text + "A",
                                   text + "=",
                                   text + text,
                                   std::string(64, 'A'),
                                   std::string(64, '\0'),
                                   std::string(64, '\xFF'),
                                   std::string(100'000, 'A')})
    EXPECT_FALSE(mint.read(wrong).has_value()) << wrong.substr(0, 70);
  for (int c = 0; c < 256; ++c) {
    if (kAlphabet.contains(static_cast<char>(c))) continue;
    std::string wrong = text;
    wrong[31] = static_cast<char>(c);
    EXPECT_FALSE(mint.read(wrong).has_value()) << c;
  }
}

TEST(TicketMint, RefusesATicketOfAnotherKey) {
  const ToySigner mine(1), other(2);
  EXPECT_FALSE(TicketMint(mine).read(TicketMint(other).write(some_ticket())).has_value());
}

}  // namespace
}  // namespace frontrow

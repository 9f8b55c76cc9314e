#include "app/queue/ticket_mint.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

namespace frontrow {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSigned = 32;
using Bytes = std::array<std::byte, 48>;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr auto kValues = [] {
  std::array<std::int8_t, 256> values;
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}();

class Writer {
 public:
  explicit Writer(Bytes& bytes) : at_(bytes.data()) {}
  void put(std::uint64_t value, int width) {
    for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) *at_++ = static_cast<std::byte>(value >> shift);
  }

 private:
  std::byte* at_;
};

class Reader {
 public:
  explicit Reader(const Bytes& bytes) : at_(bytes.data()) {}
  std::uint64_t take(int width) {
    std::uint64_t value = 0;
    for (; width > 0; --width) value = value << 8 | std::to_integer<std::uint64_t>(*at_++);
    return value;
  }

 private:
  const std::byte* at_;
};

// In four bytes, the nearest there is: a sale that ends beyond 2106 ends for its tickets in 2106.
std::uint64_t seconds(TimePoint time) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(time.time_since_epoch().count() / 1'000, 0, 0xFFFF'FFFF));
}
TimePoint from_seconds(std::uint64_t value) { return TimePoint{std::chrono::seconds{value}}; }

// 48 bytes are 16 groups of three, so there is no padding.
std::string encode(const Bytes& bytes) {
  std::string text;
  text.reserve(kTicketLength);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto group = std::to_integer<std::uint32_t>(bytes[i]) << 16 | std::to_integer<std::uint32_t>(bytes[i + 1]) << 8 |
                       std::to_integer<std::uint32_t>(bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) text += kAlphabet[group >> shift & 63];
  }
  return text;
}

bool decode(std::string_view text, Bytes& bytes) {
  if (text.size() != kTicketLength) return false;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    for (std::size_t j = i; j < i + 4; ++j) {
      const int value = kValues[static_cast<unsigned char>(text[j])];
      if (value < 0) return false;
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    for (std::size_t j = 0; j < 3; ++j) bytes[i / 4 * 3 + j] = static_cast<std::byte>(group >> (16 - 8 * j));
  }
  return true;
}

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

TicketMint::TicketMint(const Signer& signer) : signer_(signer), id_(next_id()) {}

std::string TicketMint::write(const Ticket& ticket) const {
  Bytes bytes;
  Writer out(bytes);
  out.put(kVersion, 1);
  out.put(signer_.key_id(), 1);
  out.put(0, 2);
  out.put(static_cast<std::uint64_t>(ticket.concert.value), 4);
  out.put(0, 2);
  out.put(static_cast<std::uint64_t>(ticket.number.value), 6);
  out.put(seconds(ticket.issued_at), 4);
  out.put(seconds(ticket.expires_at), 4);
  out.put(static_cast<std::uint64_t>(ticket.user.value), 8);
  const auto signature = signer_.sign(std::span(bytes).first<kSigned>());
  std::memcpy(bytes.data() + kSigned, signature.data(), signature.size());
  return encode(bytes);
}

Result<Ticket> TicketMint::read(std::string_view text) const {
  struct Mine {
    std::uint64_t mint = 0;
    RecentTickets tickets;
  };
  thread_local Mine mine;
  if (mine.mint != id_) mine = {.mint = id_, .tickets = {}};
  if (const Ticket* ticket = mine.tickets.find(text)) return *ticket;
  Result<Ticket> ticket = check(text);
  if (ticket) mine.tickets.keep(text, *ticket);
  return ticket;
}

Result<Ticket> TicketMint::check(std::string_view text) const {
  Bytes bytes;
  if (!decode(text, bytes)) return refuse(ErrorCode::queue_token_invalid);
  Reader in(bytes);
  const auto version = in.take(1), key_id = in.take(1), flags = in.take(2);
  if (version != kVersion || flags != 0) return refuse(ErrorCode::queue_token_invalid);
  if (!signer_.verify(static_cast<std::uint8_t>(key_id), std::span(bytes).first<kSigned>(), std::span(bytes).last<16>()))
    return refuse(ErrorCode::queue_token_invalid);
  Ticket ticket;
  ticket.concert = {static_cast<std::int64_t>(in.take(4))};
  in.take(2);  // earlier releases wrote an epoch here
  ticket.number = {static_cast<std::int64_t>(in.take(6))};
  ticket.issued_at = from_seconds(in.take(4));
  ticket.expires_at = from_seconds(in.take(4));
  ticket.user = {static_cast<std::int64_t>(in.take(8))};
  return ticket;
}

}  // namespace frontrow

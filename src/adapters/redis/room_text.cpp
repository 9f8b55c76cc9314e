#include "adapters/redis/room_text.hpp"

#include <charconv>
#include <string>

#include "ports/unavailable.hpp"

namespace frontrow::redis {

namespace {

[[noreturn]] void strange(std::string_view text) {
  throw Unavailable("redis", "a waiting room holds \"" + std::string(text.substr(0, 80)) + "\"", true);
}

// Reads the next number and the one character after it.
std::int64_t take(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) strange(text);
  text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  return number;
}

TimePoint take_time(std::string_view& text) { return TimePoint{Duration{take(text)}}; }
TimePoint time_at(const ReplyView& reply, std::size_t index) { return TimePoint{Duration{reply.at(index).integer()}}; }

}  // namespace

JoinedPlace::Outcome outcome_of(std::string_view text) {
  if (text == "placed") return JoinedPlace::Outcome::placed;
  if (text == "needs_mark") return JoinedPlace::Outcome::needs_mark;
  if (text == "closed") return JoinedPlace::Outcome::closed;
  if (text == "full") return JoinedPlace::Outcome::full;
  strange(text);
}

TicketStatus status_of(std::string_view text) {
  if (text == "W") return TicketStatus::waiting;
  if (text == "A") return TicketStatus::active;
  if (text == "C") return TicketStatus::completed;
  if (text == "E") return TicketStatus::expired;
  strange(text);
}

InsidePlace inside_of(TicketNumber number, std::string_view text) {
  InsidePlace place{.number = number,
                    .user = {take(text)},
                    .issued_at = take_time(text),
                    .admitted_at = take_time(text),
                    .seen_at = take_time(text),
                    .holds_until = take_time(text)};
  return place;
}

LogEntry entry_of(std::string_view text) {
  std::string_view rest = text.substr(text.empty() ? 0 : 1);
  const TicketNumber number{take(rest)};
  switch (text.front()) {
    case '+': return {LogEntry::Kind::inside, inside_of(number, rest)};
    case '-': return {LogEntry::Kind::ended, {.number = number}};
    case 'x': return {LogEntry::Kind::gone, {.number = number}};
    default: strange(text);
  }
}

void insert_bits(NumberSet& numbers, std::int64_t first, std::string_view bits) {
  for (std::size_t byte = 0; byte < bits.size(); ++byte)
    for (int bit = 0; bit < 8; ++bit)
      if ((static_cast<unsigned char>(bits[byte]) >> (7 - bit) & 1) != 0)
        numbers.insert(first + static_cast<std::int64_t>(byte) * 8 + bit);
}

std::string bits_of(const NumberSet& numbers, std::int64_t first, std::int64_t count) {
  std::string bits(static_cast<std::size_t>(count / 8), '\0');
  for (std::int64_t i = 0; i < count; ++i)
    if (numbers.contains(first + i)) bits[static_cast<std::size_t>(i / 8)] |= static_cast<char>(0x80 >> (i % 8));
  bits.resize(bits.find_last_not_of('\0') + 1);
  return bits;
}

void read_counters(const ReplyView& reply, Board& board) {
  board.epoch = static_cast<std::uint16_t>(reply.at(0).integer());
  board.tail = reply.at(1).integer();
  board.front = reply.at(2).integer();
  board.tail_mark = reply.at(3).integer();
  board.front_mark = reply.at(4).integer();
  board.next_call = reply.at(5).integer();
  board.claims_per_second = reply.at(6).real();
  board.published_at = time_at(reply, 7);
  board.calm_until = time_at(reply, 8);
  board.lost_until = time_at(reply, 9);
  board.lost.clear();
  for (std::string_view text = reply.at(10).text(); !text.empty();) {
    const std::int64_t after = take(text);
    board.lost.push_back({.after = after, .last = take(text)});
  }
}

}  // namespace frontrow::redis

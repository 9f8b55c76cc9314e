// The texts that the scripts of a waiting room keep and answer with. All throw Unavailable for one that is not theirs.
#pragma once

#include <string>
#include <string_view>

#include "adapters/redis/reply.hpp"
#include "ports/waiting_room.hpp"

namespace frontrow::redis {

JoinedPlace::Outcome outcome_of(std::string_view text);
TicketStatus status_of(std::string_view text);

// "user issued admitted seen holds"
InsidePlace inside_of(TicketNumber number, std::string_view text);

// What a board has to learn: "+number inside", "-number" when no more inside, "xnumber" when gone before being called.
struct LogEntry {
  enum class Kind : std::uint8_t { inside, ended, gone };
  Kind kind;
  InsidePlace place;  // of the last two only the number
};
LogEntry entry_of(std::string_view text);

// Adds the numbers whose bits are set, the first one's being the highest of the first byte.
void insert_bits(NumberSet& numbers, std::int64_t first, std::string_view bits);
// And back: of the numbers from `first` on, `count` of them, a multiple of 8; without the zeros at the end.
std::string bits_of(const NumberSet& numbers, std::int64_t first, std::int64_t count);

// The first eleven values of room_board.lua.
void read_counters(const ReplyView& reply, Board& board);

}  // namespace frontrow::redis

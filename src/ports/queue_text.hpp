// A queue's row as text, which one server leaves for another to go on with. Numbers with blanks between them.
#pragma once

#include <string>
#include <string_view>

#include "domain/waiting_room.hpp"

namespace frontrow {

// The facts that a row remembers beside its counters: the bucket, the flow, the calls.
std::string memory_text(const QueueRow& row);
// Empty text: nothing is remembered. False when it is not such a text: nothing is read then.
bool read_memory(std::string_view text, QueueRow& row);

// The counters, and the memory after them.
std::string board_text(const QueueRow& row);
bool read_board(std::string_view text, QueueRow& row);

}  // namespace frontrow

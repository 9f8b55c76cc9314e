// The live tickets of one queue in as little memory as a million of them deserve: 16 bytes a number and about 8 for finding a
// user's.
//
// Numbers are consecutive, so a ticket is found by position; users through open addressing with linear probing and backward-shift
// deletion (Knuth, TAOCP 3, §6.4, algorithm R), whose slots hold only the low half of the number: the user is in the ticket.
#pragma once

#include <bit>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

struct ListedTicket {
  UserId user;
  std::uint32_t issued_s = 0;  // Unix time
  std::uint32_t state = 0;     // TicketState
  TimePoint issued_at() const { return TimePoint{std::chrono::seconds{issued_s}}; }
  TicketState ticket_state() const { return static_cast<TicketState>(state); }
};
static_assert(sizeof(ListedTicket) == 16);

class TicketList {
 public:
  // Adds `number`, above every other. Numbers left out before it are ended ones.
  void append(std::int64_t number, const ListedTicket& ticket) {
    CHECK(number >= next());
    if (tickets_.empty()) first_ = number;
    while (next() < number) tickets_.push_back({.user = {}, .state = static_cast<std::uint32_t>(TicketState::ended)});
    tickets_.push_back(ticket);
    if ((live_ + 1) * 5 > slots_.size() * 4) grow();
    link(number);
    ++live_;
  }

  // Null when it has ended or was never given.
  ListedTicket* find(std::int64_t number) {
    if (number < first_ || number >= next()) return nullptr;
    ListedTicket& ticket = at(number);
    return ticket.ticket_state() == TicketState::ended ? nullptr : &ticket;
  }

  const ListedTicket* find(std::int64_t number) const { return const_cast<TicketList*>(this)->find(number); }

  // 0 when the user has no live ticket.
  std::int64_t number_of(UserId user) const {
    if (slots_.empty()) return 0;
    for (std::size_t slot = home(user); slots_[slot] != kFree; slot = next_slot(slot))
      if (at(number_in(slot)).user == user) return number_in(slot);
    return 0;
  }

  void end(std::int64_t number) {
    CHECK(find(number) != nullptr);
    unlink(number);
    at(number).state = static_cast<std::uint32_t>(TicketState::ended);
    --live_;
    while (!tickets_.empty() && tickets_.front().ticket_state() == TicketState::ended) tickets_.pop_front(), ++first_;
  }

  std::size_t live() const { return live_; }
  // No number below it is live.
  std::int64_t first() const { return first_; }
  // Bytes held for tickets and slots.
  std::size_t memory() const { return tickets_.size() * sizeof(ListedTicket) + slots_.capacity() * sizeof(slots_[0]); }

 private:
  static constexpr std::uint32_t kFree = 0xFFFF'FFFF;

  std::int64_t next() const { return first_ + static_cast<std::int64_t>(tickets_.size()); }
  ListedTicket& at(std::int64_t number) { return tickets_[static_cast<std::size_t>(number - first_)]; }
  const ListedTicket& at(std::int64_t number) const { return tickets_[static_cast<std::size_t>(number - first_)]; }
  std::size_t home(UserId user) const { return std::hash<UserId>{}(user) >> (64 - std::countr_zero(slots_.size())); }
  std::size_t next_slot(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }
  // Live numbers span far less than 2^31 and never hold the one low half that means free (see link).
  std::int64_t number_in(std::size_t slot) const {
    return first_ + static_cast<std::int64_t>(slots_[slot] - static_cast<std::uint32_t>(first_));
  }

  void link(std::int64_t number) {
    CHECK(static_cast<std::uint32_t>(number) != kFree);
    std::size_t slot = home(at(number).user);
    while (slots_[slot] != kFree) slot = next_slot(slot);
    slots_[slot] = static_cast<std::uint32_t>(number);
  }

  void unlink(std::int64_t number) {
    std::size_t hole = home(at(number).user);
    while (slots_[hole] != static_cast<std::uint32_t>(number)) hole = next_slot(hole);
    for (std::size_t slot = next_slot(hole); slots_[slot] != kFree; slot = next_slot(slot)) {
      const std::size_t wanted = home(at(number_in(slot)).user);
      const std::size_t mask = slots_.size() - 1;
      if (((slot - wanted) & mask) < ((slot - hole) & mask)) continue;  // would move before its home
      slots_[hole] = slots_[slot];
      hole = slot;
    }
    slots_[hole] = kFree;
  }

  void grow() {
    slots_.assign(std::max<std::size_t>(64, slots_.size() * 2), kFree);
    for (std::int64_t number = first_; number < next(); ++number)
      if (at(number).ticket_state() != TicketState::ended && number + 1 < next()) link(number);
  }

  std::deque<ListedTicket> tickets_;
  std::int64_t first_ = 1;
  std::vector<std::uint32_t> slots_;  // a power of two of them, or none
  std::size_t live_ = 0;
};

}  // namespace frontrow

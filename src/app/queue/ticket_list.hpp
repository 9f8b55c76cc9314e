// The live tickets of one queue in as little memory as a million of them deserve: 16 bytes a number and about 8 for finding a
// user's.
//
// Numbers are consecutive, so a ticket is found by position; users through open addressing with linear probing and backward-shift
// deletion (Knuth, TAOCP 3, §6.4, algorithm R), whose slots hold only the low half of the number: the user is in the ticket.
//
// A table that is full moves into one of twice its size, a few slots with each ticket: with millions of tickets, to move all of it
// at once would hold every poll up for half a second.
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
    move_some(kMovedAtOnce);
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
    const std::int64_t number = number_in(slots_, user);
    return number != 0 ? number : number_in(old_slots_, user);
  }

  void end(std::int64_t number) {
    CHECK(find(number) != nullptr);
    if (!unlink(slots_, number)) CHECK(unlink(old_slots_, number));
    at(number).state = static_cast<std::uint32_t>(TicketState::ended);
    --live_;
    while (!tickets_.empty() && tickets_.front().ticket_state() == TicketState::ended) tickets_.pop_front(), ++first_;
  }

  std::size_t live() const { return live_; }
  // No number below it is live.
  std::int64_t first() const { return first_; }
  // Bytes held for tickets and slots.
  std::size_t memory() const {
    return tickets_.size() * sizeof(ListedTicket) + (slots_.capacity() + old_slots_.capacity()) * sizeof(slots_[0]);
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFF'FFFF;
  static constexpr std::size_t kMovedAtOnce = 8;  // slots
  using Slots = std::vector<std::uint32_t>;

  std::int64_t next() const { return first_ + static_cast<std::int64_t>(tickets_.size()); }
  ListedTicket& at(std::int64_t number) { return tickets_[static_cast<std::size_t>(number - first_)]; }
  const ListedTicket& at(std::int64_t number) const { return tickets_[static_cast<std::size_t>(number - first_)]; }
  // Live numbers span far less than 2^31 and never hold the one low half that means free (see link).
  std::int64_t number_at(std::uint32_t low) const {
    return first_ + static_cast<std::int64_t>(low - static_cast<std::uint32_t>(first_));
  }
  std::int64_t number_in(const Slots& slots, UserId user) const {
    if (slots.empty()) return 0;
    for (std::size_t slot = home(slots, user); slots[slot] != kFree; slot = next_slot(slots, slot))
      if (const std::int64_t number = number_at(slots[slot]); at(number).user == user) return number;
    return 0;
  }
  static std::size_t home(const Slots& slots, UserId user) {
    return std::hash<UserId>{}(user) >> (64 - std::countr_zero(slots.size()));
  }
  static std::size_t next_slot(const Slots& slots, std::size_t slot) { return (slot + 1) & (slots.size() - 1); }

  void link(std::int64_t number) {
    CHECK(static_cast<std::uint32_t>(number) != kFree);
    std::size_t slot = home(slots_, at(number).user);
    while (slots_[slot] != kFree) slot = next_slot(slots_, slot);
    slots_[slot] = static_cast<std::uint32_t>(number);
  }

  // False: it is in the other table.
  bool unlink(Slots& slots, std::int64_t number) {
    if (slots.empty()) return false;
    for (std::size_t slot = home(slots, at(number).user); slots[slot] != kFree; slot = next_slot(slots, slot))
      if (slots[slot] == static_cast<std::uint32_t>(number)) return empty(slots, slot), true;
    return false;
  }

  void empty(Slots& slots, std::size_t hole) {
    for (std::size_t slot = next_slot(slots, hole); slots[slot] != kFree; slot = next_slot(slots, slot)) {
      const std::size_t wanted = home(slots, at(number_at(slots[slot])).user);
      const std::size_t mask = slots.size() - 1;
      if (((slot - wanted) & mask) < ((slot - hole) & mask)) continue;  // would move before its home
      slots[hole] = slots[slot];
      hole = slot;
    }
    slots[hole] = kFree;
  }

  void grow() {
    move_some(old_slots_.size());
    old_slots_ = std::move(slots_);
    slots_ = Slots(std::max<std::size_t>(64, old_slots_.size() * 2), kFree);
  }

  // The slots before `moved_` are free, and stay so.
  void move_some(std::size_t most) {
    for (; most > 0 && moved_ < old_slots_.size(); --most, ++moved_)
      while (old_slots_[moved_] != kFree) {  // an emptied slot may take the next one's
        const std::int64_t number = number_at(old_slots_[moved_]);
        empty(old_slots_, moved_);
        link(number);
      }
    if (moved_ < old_slots_.size()) return;
    old_slots_ = Slots{};
    moved_ = 0;
  }

  std::deque<ListedTicket> tickets_;
  std::int64_t first_ = 1;
  Slots slots_;      // a power of two of them, or none
  Slots old_slots_;  // of half the size, while it is moved; a user is in one of both
  std::size_t moved_ = 0;
  std::size_t live_ = 0;
};

}  // namespace frontrow

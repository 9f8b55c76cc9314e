#include "app/queue/end_stays.hpp"

#include <algorithm>

namespace frontrow {

HeldWith held_with(const WorkingSet& set, ConcertId concert, const TicketRow& ticket) {
  HeldWith held;
  for (const Reservation* reservation : set.reservations_of(ticket.user)) {
    if (reservation->concert != concert || reservation->ticket != ticket.number) continue;
    if (reservation->status == ReservationStatus::confirmed) held.was_paid = true;
    if (reservation->status == ReservationStatus::held) held.until = std::max(held.until, reservation->expires_at);
  }
  return held;
}

void complete_ticket(WorkingSet& set, const Reservation& over) {
  const TicketRow* ticket = set.ticket({over.user, over.concert});
  if (ticket == nullptr || ticket->number != over.ticket || ticket->state == TicketState::ended) return;
  const HeldWith held = held_with(set, over.concert, *ticket);
  if (!held.was_paid || held.until > set.now) return;
  TicketRow ended = *ticket;
  ended.state = TicketState::ended;
  ended.was_paid = true;
  set.change_ticket(over.concert, ended);
}

void EndStays::declare(Keys& keys) const {
  for (const Named& named : named_) {
    keys.holders.push_back({named.user, queue_->concert()});
    keys.tickets.push_back({named.user, queue_->concert()});
  }
}

bool EndStays::is_over(const WorkingSet& set, const Named& named, TicketRow& row) const {
  const Room room = queue_->room();
  if (row.state == TicketState::waiting) return has_place_lapsed(room, queue_->row(), row, set.now);
  const HeldWith held = held_with(set, queue_->concert(), row);
  row.was_paid = held.was_paid;
  const TimePoint seen_at = std::max({row.admitted_at, row.seen_at, named.seen_at});
  return has_stay_ended(room, {.admitted_at = row.admitted_at, .seen_at = seen_at, .holds_until = held.until}, set.now);
}

Verdict EndStays::decide(WorkingSet& set) {
  for (const Named& named : named_) {
    const TicketRow* stored = set.ticket({named.user, queue_->concert()});
    if (stored == nullptr || stored->number != named.number || stored->state == TicketState::ended) continue;
    TicketRow row = *stored;
    if (!is_over(set, named, row)) continue;
    row.state = TicketState::ended;
    set.change_ticket(queue_->concert(), row);
  }
  return decided(Nothing{});
}

void MarkSeen::declare(Keys& keys) const {
  for (const EndStays::Named& seen : seen_) keys.tickets.push_back({seen.user, queue_->concert()});
}

Verdict MarkSeen::decide(WorkingSet& set) {
  for (const EndStays::Named& seen : seen_) {
    const TicketRow* stored = set.ticket({seen.user, queue_->concert()});
    if (stored == nullptr || stored->number != seen.number || stored->state != TicketState::active) continue;
    TicketRow row = *stored;
    row.seen_at = std::max(row.seen_at, seen.seen_at);
    set.change_ticket(queue_->concert(), row);
  }
  return decided(Nothing{});
}

}  // namespace frontrow

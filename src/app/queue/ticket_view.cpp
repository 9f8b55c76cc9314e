#include "app/queue/ticket_view.hpp"

#include <algorithm>

namespace frontrow {

namespace {

constexpr Duration kPollWhenActive{10'000};

// Often enough that one lost poll does not make the ticket idle.
Duration poll_when_active(const Room& room) { return std::clamp(room.limits.idle / 3, kMinPollAfter, kPollWhenActive); }

bool is_open_to_all(const Room& room, TimePoint now) { return !room.settings.enabled && room.booking.has_opened(now); }

TicketView view_of_waiting(const Room& room, const QueueRow& row, const InLine& in_line, TimePoint now, double unit) {
  TicketView view{.status = TicketStatus::waiting, .position = in_line.position};
  const bool is_called = in_line.number <= row.front;
  const Duration until_open = room.booking.has_opened(now) ? Duration{} : *room.booking.opens_at - now;
  // Without a free seat people are called only when a seat comes back, and that time cannot be known.
  if (row.has_free_seats)
    view.estimated_wait = estimate_wait(room.settings, row.flow, view.position, in_line.free_places, until_open);
  view.poll_after = poll_interval(room, view.position - 1, is_called || row.has_free_seats, unit);
  view.may_claim = is_called && room.booking.is_open(now);
  return view;
}

}  // namespace

TicketView view_ticket(const Room& room, const QueueRow& row, const Standing& standing, const InLine& in_line, TimePoint now,
                       double unit) {
  const std::optional<Stay>& stay = standing.stay;
  const bool is_for_all = is_open_to_all(room, now);
  // The ticket says when the sale was to end when it was given; it may have been extended since, or cut short.
  const bool sale_is_over = (!stay || is_for_all) && room.booking.has_closed(now);
  if (!standing.is_live || (stay && has_stay_ended(room, *stay, now)) || sale_is_over)
    return {.status = standing.was_paid ? TicketStatus::completed : TicketStatus::expired};
  if (is_for_all)
    return {.status = TicketStatus::active, .poll_after = poll_when_active(room), .expires_at = room.booking.closes_at};
  if (!stay) return view_of_waiting(room, row, in_line, now, unit);
  // Being idle too long ends the right to hold again.
  const bool may_hold = now < may_hold_until(room, *stay);
  const TimePoint end = may_hold ? std::max(stay->admitted_at + room.limits.active, stay->holds_until) : stay->holds_until;
  return {.status = TicketStatus::active, .poll_after = poll_when_active(room), .expires_at = end};
}

bool is_sign_of_life(const Room& room, const Standing& standing, TimePoint now) {
  if (!standing.is_live || !standing.stay || has_stay_ended(room, *standing.stay, now)) return false;
  // With the queue off it is one for when the queue is switched on again.
  if (is_open_to_all(room, now)) return !room.booking.has_closed(now);
  return now < may_hold_until(room, *standing.stay);
}

std::optional<Refusal> refuse_entry(const Room& room, const Standing& standing, const TicketView& view, Purpose purpose,
                                    TimePoint now) {
  if (purpose == Purpose::look && now < standing.holds_until) return {};
  switch (view.status) {
    case TicketStatus::completed: return Refusal{.code = ErrorCode::queue_token_completed};
    case TicketStatus::expired: return Refusal{.code = ErrorCode::queue_token_expired};
    case TicketStatus::waiting:
      return Refusal{.code = ErrorCode::queue_token_not_active, .position = view.position, .retry_after = view.poll_after};
    case TicketStatus::active: break;
  }
  const bool may_hold = !room.settings.enabled || !standing.stay || now < may_hold_until(room, *standing.stay);
  if (purpose == Purpose::hold && !may_hold) return Refusal{.code = ErrorCode::queue_token_expired};
  return {};
}

}  // namespace frontrow

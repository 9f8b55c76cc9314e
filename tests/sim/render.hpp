// Answers as text, with everything that a client would see: two answers are the same if their texts are.
#pragma once

#include <fmt/format.h>

#include <string>

#include "app/commands/concert.hpp"
#include "app/commands/payment.hpp"
#include "app/commands/point.hpp"
#include "app/commands/reservation.hpp"

namespace frontrow::sim {

inline std::int64_t ms(TimePoint time) { return time.time_since_epoch().count(); }

inline std::string render_seats(const Reservation& reservation) {
  std::string text;
  for (const ReservedSeat& seat : reservation.seats) text += fmt::format(" {}/{}@{}", seat.id.value, seat.number, seat.price.value);
  return text;
}

inline std::string render(const HoldOutcome& held) {
  const Reservation& made = held.reservation;
  return fmt::format("{} hold {} user {} concert {} schedule {} seats{} amount {} status {} until {} left {}{}",
                     held.is_new ? 201 : 200,
                     made.id.value,
                     made.user.value,
                     made.concert.value,
                     made.schedule.value,
                     render_seats(made),
                     made.amount.value,
                     static_cast<int>(made.status),
                     ms(made.expires_at),
                     held.seats_left_for_user,
                     held.is_replay ? " replayed" : "");
}

inline std::string render(const PaymentOutcome& paid) {
  const Payment& payment = paid.payment;
  return fmt::format("{} payment {} of {} user {} amount {} balance {} at {} seats{}{}",
                     paid.is_new ? 201 : 200,
                     payment.id.value,
                     payment.reservation.value,
                     payment.user.value,
                     payment.amount.value,
                     paid.balance.value,
                     ms(payment.paid_at),
                     render_seats(paid.reservation),
                     paid.is_replay ? " replayed" : "");
}

inline std::string render(const ChargeOutcome& charged) {
  return fmt::format("201 charge user {} amount {} balance {}{}",
                     charged.user.value,
                     charged.amount.value,
                     charged.balance.value,
                     charged.is_replay ? " replayed" : "");
}

inline std::string render(const Nothing&) { return "204"; }

inline std::string render(const Concert& concert) {
  return fmt::format("200 concert {} queue {} {} {}",
                     concert.id.value,
                     concert.queue.enabled,
                     concert.queue.max_active,
                     concert.queue.admissions_per_second);
}

inline std::string render(const Schedule& schedule) {
  return fmt::format("200 schedule {} of concert {} starts {}", schedule.id.value, schedule.concert.value, ms(schedule.starts_at));
}

inline std::string render(const Repriced& repriced) {
  return fmt::format("200 {} seats, {} changed", repriced.seats, repriced.changed);
}

inline std::string render(const MadeConcert& made) {
  return fmt::format("201 concert {} schedules {}+{}", made.id.value, made.first_schedule.value, made.schedule_count);
}

inline std::string render(const Refusal& refusal) {
  std::string text = fmt::format("refused {}", static_cast<int>(refusal.code));
  for (const SeatId seat : refusal.seat_ids) text += fmt::format(" seat {}", seat.value);
  if (refusal.seats_left_for_user) text += fmt::format(" left {}", *refusal.seats_left_for_user);
  if (refusal.position) text += fmt::format(" position {}", *refusal.position);
  if (refusal.balance) text += fmt::format(" balance {}", *refusal.balance);
  if (refusal.amount) text += fmt::format(" amount {}", *refusal.amount);
  return text;
}

template <class T>
std::string render(const Result<T>& answer) {
  return answer ? render(*answer) : render(answer.error());
}

}  // namespace frontrow::sim

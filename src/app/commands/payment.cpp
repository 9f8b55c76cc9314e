#include "app/commands/payment.hpp"

#include "app/commands/reservation.hpp"
#include "app/queue/end_stays.hpp"

namespace frontrow {

PayReservation::PayReservation(UserId user, ReservationId reservation, std::optional<Idempotent> idempotent, Metrics& metrics,
                               Done done)
    : CommandOf(std::move(done)), user_(user), reservation_(reservation), idempotent_(std::move(idempotent)), metrics_(metrics) {}

void PayReservation::declare(Keys& keys) const {
  keys.accounts.push_back(user_);
  keys.reservations.push_back(reservation_);
  keys.tickets_of.push_back(reservation_);
  if (idempotent_) keys.idempotency.push_back(idempotent_->key);
  ++keys.new_ids[static_cast<std::size_t>(IdKind::payment)];
  ++keys.new_ids[static_cast<std::size_t>(IdKind::ledger_entry)];
}

Verdict PayReservation::decide(WorkingSet& set) {
  const auto replay = find_replay(set, idempotent_);
  if (!replay) return decided(std::unexpected(replay.error()));
  const ReservationRecord* record = set.reservation(reservation_);
  if (record == nullptr || record->reservation.user != user_) return decided(refuse(ErrorCode::reservation_not_found));
  if (record->payment)
    return decided(PaymentOutcome{.payment = *record->payment,
                                  .reservation = record->reservation,
                                  .is_new = *replay != nullptr,
                                  .is_replay = *replay != nullptr,
                                  .balance = set.account(user_).balance});
  if (auto refusal = refuse_payment(record->reservation, set.now)) return decided(std::unexpected(std::move(*refusal)));
  if (auto refusal = refuse_spending(set.account(user_), record->reservation.amount))
    return decided(std::unexpected(std::move(*refusal)));
  if (!can_be_ended(set, record->reservation)) return Verdict::again;

  Reservation& reservation = set.change_reservation(reservation_);
  reservation.status = ReservationStatus::confirmed;
  reservation.ended_at = set.now;
  for (const ReservedSeat& reserved : reservation.seats) {
    Seat& seat = set.change_seat(reserved.id);
    CHECK(seat.reservation == reservation_);
    seat.status = SeatStatus::sold;
    seat.held_until = {};
  }
  set.add_ledger_entry({.id = {set.take_id(IdKind::ledger_entry)},
                        .user = user_,
                        .kind = LedgerKind::payment,
                        .amount = reservation.amount,
                        .reservation = reservation_,
                        .at = set.now});
  const Payment payment{.id = {set.take_id(IdKind::payment)},
                        .reservation = reservation_,
                        .user = user_,
                        .amount = reservation.amount,
                        .balance = set.account(user_).balance,
                        .paid_at = set.now};
  set.add_payment(payment);
  set.add_event(EventType::payment_completed, reservation_);
  complete_ticket(set, reservation);
  if (idempotent_)
    set.add_idempotency(
        {.key = idempotent_->key, .fingerprint = idempotent_->fingerprint, .result = reservation_.value, .created_at = set.now});
  return decided(PaymentOutcome{.payment = payment, .reservation = reservation, .balance = payment.balance});
}

void PayReservation::observe(const Result<PaymentOutcome>& outcome) {
  if (outcome && (!outcome->is_new || outcome->is_replay)) return;  // a repeat: counted the first time
  (outcome ? metrics_.payments_made : metrics_.payments_refused).Increment();
  metrics_.payment_success.record(outcome.has_value());
}

}  // namespace frontrow

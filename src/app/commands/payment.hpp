// Use case: pay for a reservation with points. One transaction moves the points, sells the seats and confirms the reservation.
#pragma once

#include "app/commit/command_of.hpp"
#include "domain/point.hpp"
#include "domain/reservation.hpp"
#include "metrics/metrics.hpp"

namespace frontrow {

struct PaymentOutcome {
  Payment payment;
  Reservation reservation;
  bool is_new = true;      // false: it was paid before; a replay answers with the status of the first time
  bool is_replay = false;  // true: a repeat with the same key; nothing was done
  Points balance = {};     // the user's balance now
};

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED, RESERVATION_NOT_FOUND (also for another user's), RESERVATION_EXPIRED,
// RESERVATION_NOT_PAYABLE, INSUFFICIENT_POINTS. A second payment is answered with the stored one.
class PayReservation final : public CommandOf<PaymentOutcome> {
 public:
  PayReservation(UserId user, ReservationId reservation, std::optional<Idempotent> idempotent, Metrics& metrics, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return static_cast<std::uint64_t>(user_.value); }
  Verdict decide(WorkingSet& set) override;

 private:
  void observe(const Result<PaymentOutcome>& outcome) override;

  const UserId user_;
  const ReservationId reservation_;
  const std::optional<Idempotent> idempotent_;
  Metrics& metrics_;
};

}  // namespace frontrow

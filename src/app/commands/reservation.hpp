// Use cases on reservations: hold seats, give them back, end due holds.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/commit/command_of.hpp"
#include "app/queue/public_queue.hpp"
#include "domain/reservation.hpp"
#include "metrics/metrics.hpp"

namespace frontrow {

struct HoldRequest {
  UserId user;
  ConcertId concert;
  ScheduleId schedule;
  std::vector<SeatId> seats;  // distinct, in the order of the request
  TicketNumber ticket;
  // The waiting room's answer when the request arrived. A repeat is answered before it counts.
  std::optional<Refusal> entry_refusal;
  std::optional<Idempotent> idempotent;
  // The ticket's place must still exist when the hold is decided: a payment may have completed the ticket meanwhile.
  std::shared_ptr<PublicQueue> queue = {};
  std::optional<Points> expected = {};  // the expected price of all seats together
};

struct HoldOutcome {
  Reservation reservation;
  int seats_left_for_user = 0;
  bool is_new = true;      // false: the user already held exactly these seats; a replay answers with the status of the first time
  bool is_replay = false;  // true: a repeat with the same key; nothing was done, and the reservation is as it is now
};

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED; the waiting room's refusal (first the one at the request's arrival, then the one
// for a ticket that has ended since); CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND, SEAT_NOT_FOUND; then as refuse_hold and
// refuse_hoarding. PRICE_CHANGED also if the user already holds exactly these seats at another price than expected. Takes over
// seats whose hold is over, and then ends the whole old reservation.
class HoldSeats final : public CommandOf<HoldOutcome> {
 public:
  HoldSeats(HoldRequest request, const HoldLimits& limits, Metrics& metrics, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return static_cast<std::uint64_t>(request_.schedule.value); }
  Verdict decide(WorkingSet& set) override;

 private:
  void observe(const Result<HoldOutcome>& outcome) override;
  HoldOutcome hold(WorkingSet& set, std::vector<const Seat*> seats, int live_seats);

  const HoldRequest request_;
  const HoldLimits limits_;
  Metrics& metrics_;
};

// Gives a held reservation back; 204 also if it is already over. Refuses RESERVATION_NOT_FOUND for another user's,
// RESERVATION_NOT_CANCELLABLE for a confirmed one. No user: the operator, who may give back anybody's.
class CancelReservation final : public CommandOf<Nothing> {
 public:
  CancelReservation(UserId user, ReservationId reservation, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const UserId user_;
  const ReservationId reservation_;
};

// Ends the named reservations that are held and past their deadline. It leaves out the others, and those with a row
// that another session has locked. Naming is only a hint: a sweep names the remaining ones again.
class ExpireReservations final : public CommandOf<Nothing> {
 public:
  ExpireReservations(std::vector<ReservationId> due, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;
  bool leave_out(const std::set<ReservationId>& locked) override;

 private:
  std::vector<ReservationId> due_;
};

// The one place where a reservation leaves `held` without a payment: frees its seats, publishes the reason.
void end_reservation(WorkingSet& set, ReservationId id, ReservationStatus ending);
// False if one of its seats is not in the set, so that it cannot end in this batch.
bool can_be_ended(const WorkingSet& set, const Reservation& reservation);

}  // namespace frontrow

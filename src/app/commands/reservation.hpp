// Use cases on reservations: hold seats, give them back, end what is due.
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
  std::vector<SeatId> seats;  // distinct, in the order asked
  TicketNumber ticket;
  // What the waiting room said at the door. Repeats are answered before it counts.
  std::optional<Refusal> entry_refusal;
  std::optional<Idempotent> idempotent;
  // Where the ticket must still have its place when the hold is decided: a payment may have completed it since.
  std::shared_ptr<PublicQueue> queue = {};
  std::optional<Points> expected = {};  // what the seats should cost in all
};

struct HoldOutcome {
  Reservation reservation;
  int seats_left_for_user = 0;
  bool is_new = true;  // false: the user already held exactly these seats; a replay answers with the status of the first time
  bool is_replay = false;  // of a request with this key: nothing was done, and the reservation is as it is now
};

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED, the waiting room's refusal (at the door, then of a ticket ended since),
// CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND, SEAT_NOT_FOUND, then as refuse_hold. PRICE_CHANGED also when the user holds exactly these
// seats already, at another price than expected. Takes over seats whose hold is over, ending the whole
// reservation that held them.
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

// Gives a held reservation back; 204 also when it is already over. RESERVATION_NOT_FOUND for anyone else's,
// RESERVATION_NOT_CANCELLABLE when confirmed.
class CancelReservation final : public CommandOf<Nothing> {
 public:
  CancelReservation(UserId user, ReservationId reservation, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const UserId user_;
  const ReservationId reservation_;
};

// Ends those of the named reservations that are held and past their deadline; the others are left alone, and so is one whose rows
// somebody else has locked. Naming is only a hint: a sweep names again what is left.
class ExpireReservations final : public CommandOf<Nothing> {
 public:
  ExpireReservations(std::vector<ReservationId> due, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;
  bool leave_out(const std::set<ReservationId>& locked) override;

 private:
  std::vector<ReservationId> due_;
};

// The one place where a reservation leaves `held` without being paid: frees its seats, tells why.
void end_reservation(WorkingSet& set, ReservationId id, ReservationStatus ending);
// False when a seat of it is not in the set, so that it cannot be ended in this batch.
bool can_be_ended(const WorkingSet& set, const Reservation& reservation);

}  // namespace frontrow

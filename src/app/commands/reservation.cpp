#include "app/commands/reservation.hpp"

#include <algorithm>
#include <set>

#include "app/commands/change_json.hpp"
#include "app/queue/end_stays.hpp"
#include "domain/hoarding.hpp"

namespace frontrow {

namespace {

bool has_exactly(const Reservation& reservation, const std::vector<SeatId>& seats) {
  return reservation.seats.size() == seats.size() && std::ranges::all_of(reservation.seats, [&](const ReservedSeat& reserved) {
           return std::ranges::find(seats, reserved.id) != seats.end();
         });
}

int live_seats_in(ConcertId concert, const std::vector<const Reservation*>& reservations, TimePoint now) {
  int seats = 0;
  for (const Reservation* reservation : reservations)
    if (reservation->concert == concert && reservation->is_live(now)) seats += static_cast<int>(reservation->seats.size());
  return seats;
}

}  // namespace

bool can_be_ended(const WorkingSet& set, const Reservation& reservation) {
  return std::ranges::all_of(reservation.seats, [&](const ReservedSeat& reserved) { return set.seat(reserved.id) != nullptr; });
}

void end_reservation(WorkingSet& set, ReservationId id, ReservationStatus ending) {
  Reservation& reservation = set.change_reservation(id);
  CHECK(reservation.status == ReservationStatus::held);
  reservation.status = ending;
  reservation.ended_at = set.now;
  for (const ReservedSeat& reserved : reservation.seats) {
    Seat& seat = set.change_seat(reserved.id);
    CHECK(seat.reservation == id);
    seat = {.place = seat.place, .price = seat.price};
  }
  set.add_event(ending == ReservationStatus::expired ? EventType::reservation_expired : EventType::reservation_cancelled, id);
}

HoldSeats::HoldSeats(HoldRequest request, const HoldLimits& limits, Metrics& metrics, Done done)
    : CommandOf(std::move(done)), request_(std::move(request)), limits_(limits), metrics_(metrics) {}

void HoldSeats::declare(Keys& keys) const {
  keys.holders.push_back({request_.user, request_.concert});
  if (limits_.unpaid_holds_per_hour > 0 || limits_.seat_cool_down > Duration{})
    keys.unpaid_of.push_back({request_.user, request_.concert});
  if (request_.queue) keys.tickets.push_back({request_.user, request_.concert});
  keys.concerts.push_back(request_.concert);
  keys.schedules.push_back(request_.schedule);
  keys.seats.insert(keys.seats.end(), request_.seats.begin(), request_.seats.end());
  if (request_.idempotent) keys.idempotency.push_back(request_.idempotent->key);
  ++keys.new_ids[static_cast<std::size_t>(IdKind::reservation)];
}

Verdict HoldSeats::decide(WorkingSet& set) {
  const auto replay = find_replay(set, request_.idempotent);
  if (!replay) return decided(std::unexpected(replay.error()));
  const auto mine = set.reservations_of(request_.user);
  const int live_seats = live_seats_in(request_.concert, mine, set.now);
  const int left = std::max(0, limits_.max_seats_per_user - live_seats);
  if (const IdempotencyRecord* first = *replay) {
    Reservation made = set.reservation({first->result})->reservation;
    made.status = made.status_at(set.now);
    return decided(HoldOutcome{.reservation = std::move(made), .seats_left_for_user = left, .is_replay = true});
  }
  for (const Reservation* reservation : mine)
    if (reservation->status == ReservationStatus::held && reservation->is_live(set.now) &&
        reservation->concert == request_.concert && reservation->schedule == request_.schedule &&
        has_exactly(*reservation, request_.seats)) {
      if (auto refusal = refuse_price(request_.expected, reservation->amount)) return decided(std::unexpected(std::move(*refusal)));
      return decided(HoldOutcome{.reservation = *reservation, .seats_left_for_user = left, .is_new = false});
    }

  if (request_.entry_refusal) return decided(std::unexpected(*request_.entry_refusal));
  if (request_.queue)
    if (auto ended = request_.queue->refuse_ended(set, request_.ticket, request_.user))
      return decided(std::unexpected(std::move(*ended)));
  const Concert* concert = set.concert(request_.concert);
  if (concert == nullptr) return decided(refuse(ErrorCode::concert_not_found));
  const Schedule* schedule = set.schedule(request_.schedule);
  if (schedule == nullptr || schedule->concert != request_.concert) return decided(refuse(ErrorCode::schedule_not_found));
  std::vector<const Seat*> seats;
  for (const SeatId id : request_.seats) {
    const SeatRecord* record = set.seat(id);
    if (record == nullptr || record->seat.place.schedule != request_.schedule) return decided(refuse(ErrorCode::seat_not_found));
    seats.push_back(&record->seat);
  }
  const HoldWish wish{.seats = seats, .live_seats = live_seats, .expected = request_.expected};
  auto refusal = refuse_hold(*concert, *schedule, wish, limits_, set.now);
  if (!refusal) refusal = refuse_hoarding(mine, request_.concert, request_.seats, limits_, set.now);
  if (refusal) return decided(std::unexpected(std::move(*refusal)));

  std::set<ReservationId> over;  // old holds that this one takes over
  for (const Seat* seat : seats)
    if (seat->status == SeatStatus::held) over.insert(seat->reservation);
  for (const ReservationId id : over) {
    const ReservationRecord* record = set.reservation(id);
    if (record == nullptr || !can_be_ended(set, record->reservation)) return Verdict::again;
  }
  for (const ReservationId id : over) end_reservation(set, id, ReservationStatus::expired);
  return decided(hold(set, std::move(seats), live_seats));
}

HoldOutcome HoldSeats::hold(WorkingSet& set, std::vector<const Seat*> seats, int live_seats) {
  Reservation made{.id = {set.take_id(IdKind::reservation)},
                   .user = request_.user,
                   .concert = request_.concert,
                   .schedule = request_.schedule,
                   .seats = {},
                   .amount = {},
                   .created_at = set.now,
                   .expires_at = set.now + limits_.hold,
                   .ticket = request_.ticket};
  // In the order of the store: a replay must not differ from the first answer.
  std::ranges::sort(seats, {}, [](const Seat* seat) { return seat->place.id; });
  for (const Seat* seat : seats) {
    made.seats.push_back({.id = seat->place.id, .number = seat->place.number, .price = seat->price});
    made.amount += seat->price;
    Seat& taken = set.change_seat(seat->place.id);
    taken.status = SeatStatus::held;
    taken.reservation = made.id;
    taken.held_until = made.expires_at;
  }
  const int left = limits_.max_seats_per_user - live_seats - static_cast<int>(seats.size());
  if (request_.idempotent)
    set.add_idempotency({.key = request_.idempotent->key,
                         .fingerprint = request_.idempotent->fingerprint,
                         .result = made.id.value,
                         .values = {left, 0, 0},
                         .created_at = set.now});
  const ReservationId id = made.id;
  set.add_reservation(std::move(made));
  set.add_event(EventType::reservation_created, id);
  return {.reservation = set.reservation(id)->reservation, .seats_left_for_user = left};
}

void HoldSeats::observe(const Result<HoldOutcome>& outcome) {
  if (outcome && (!outcome->is_new || outcome->is_replay)) return;  // a repeat: counted the first time
  (outcome ? metrics_.holds_granted : metrics_.holds_refused).Increment();
  metrics_.reservation_success.record(outcome.has_value());
}

CancelReservation::CancelReservation(UserId user, ReservationId reservation, Done done)
    : CommandOf(std::move(done)), user_(user), reservation_(reservation) {}

void CancelReservation::declare(Keys& keys) const {
  keys.reservations.push_back(reservation_);
  keys.tickets_of.push_back(reservation_);
}

Verdict CancelReservation::decide(WorkingSet& set) {
  const ReservationRecord* record = set.reservation(reservation_);
  if (record == nullptr || (user_ && record->reservation.user != user_)) return decided(refuse(ErrorCode::reservation_not_found));
  const auto verdict = decide_cancel(record->reservation, set.now);
  if (!verdict) return decided(std::unexpected(verdict.error()));
  if (*verdict == CancelVerdict::already_over) return decided(Nothing{});
  if (!can_be_ended(set, record->reservation)) return Verdict::again;
  const bool is_cancelled = *verdict == CancelVerdict::cancel;
  end_reservation(set, reservation_, is_cancelled ? ReservationStatus::cancelled : ReservationStatus::expired);
  complete_ticket(set, record->reservation);
  if (is_cancelled && !user_) set.add_cancelling(record->reservation, changes_of_cancelling(record->reservation.user));
  return decided(Nothing{});
}

ExpireReservations::ExpireReservations(std::vector<ReservationId> due, Done done)
    : CommandOf(std::move(done)), due_(std::move(due)) {}

void ExpireReservations::declare(Keys& keys) const { keys.reservations.insert(keys.reservations.end(), due_.begin(), due_.end()); }

bool ExpireReservations::leave_out(const std::set<ReservationId>& locked) {
  std::erase_if(due_, [&](ReservationId id) { return locked.contains(id); });
  return true;
}

Verdict ExpireReservations::decide(WorkingSet& set) {
  for (const ReservationId id : due_) {
    const ReservationRecord* record = set.reservation(id);
    if (record == nullptr || !record->reservation.has_lapsed(set.now)) continue;
    if (can_be_ended(set, record->reservation)) end_reservation(set, id, ReservationStatus::expired);
  }
  return decided(Nothing{});
}

}  // namespace frontrow

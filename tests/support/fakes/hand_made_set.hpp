// A working set as if loaded by a store, made by hand: two concerts, three schedules of ten seats each, two users.
// Commands are decided on it one after the other, as within one batch.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "app/commit/command_of.hpp"
#include "metrics/metrics.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

inline constexpr UserId kAnn{7}, kBob{8};
inline constexpr ConcertId kConcert{1}, kOtherConcert{2};
inline constexpr ScheduleId kSchedule{5}, kLaterSchedule{6}, kOtherSchedule{9};  // kOtherSchedule is of the other concert
inline constexpr Points kSeatPrice{50'000};

class HandMadeSet {
 public:
  HandMadeSet() {
    set.now = TimePoint{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
    add_schedule(kConcert, kSchedule, 101);
    add_schedule(kConcert, kLaterSchedule, 201);
    add_schedule(kOtherConcert, kOtherSchedule, 301);
    for (const UserId user : {kAnn, kBob}) set.accounts[user].account = {.user = user, .balance = {1'000'000}};
    for (IdRange& range : set.ids) range = {.next = 1'001, .end = 1'000'000};
  }

  // Stores a reservation and its seats. It was created five minutes before `expires_at`.
  ReservationId store_hold(UserId user, const std::vector<SeatId>& seats, TimePoint expires_at, ReservationId id) {
    Reservation reservation{.id = id,
                            .user = user,
                            .concert = {},
                            .schedule = {},
                            .seats = {},
                            .amount = {},
                            .created_at = expires_at - std::chrono::seconds{300},
                            .expires_at = expires_at,
                            .last_seq = 1};
    for (const SeatId seat : seats) {
      SeatRecord& record = set.seats.at(seat);
      record.seat.status = SeatStatus::held;
      record.seat.reservation = id;
      record.seat.held_until = expires_at;
      reservation.schedule = record.seat.place.schedule;
      reservation.concert = set.schedules.at(reservation.schedule).concert;
      reservation.seats.push_back({.id = seat, .number = record.seat.place.number, .price = record.seat.price});
      reservation.amount += record.seat.price;
    }
    set.load_reservation({.reservation = std::move(reservation), .stored = ReservationStatus::held});
    return id;
  }
  ReservationId store_paid(UserId user, const std::vector<SeatId>& seats, ReservationId id) {
    store_hold(user, seats, set.now, id);
    ReservationRecord& record = set.reservations.at(id);
    record.reservation.status = ReservationStatus::confirmed;
    record.stored = ReservationStatus::confirmed;
    record.reservation.last_seq = 2;
    record.payment = {.id = {id.value},
                      .reservation = id,
                      .user = user,
                      .amount = record.reservation.amount,
                      .balance = {77},
                      .paid_at = set.now};
    for (const SeatId seat : seats) set.seats.at(seat).seat.status = SeatStatus::sold, set.seats.at(seat).seat.held_until = {};
    return id;
  }
  void store_ending(ReservationId id, ReservationStatus ending) {
    ReservationRecord& record = set.reservations.at(id);
    record.reservation.status = ending;
    record.stored = ending;
    for (const ReservedSeat& reserved : record.reservation.seats) {
      Seat& seat = set.seats.at(reserved.id).seat;
      seat = {.place = seat.place};
    }
  }

  // Decides the command and completes it as committed. A refusal must leave the set unchanged.
  template <class C, class... Args>
  Result<typename C::OutcomeType> run(Args&&... args) {
    const bool was_changed = set.is_changed();
    std::optional<Result<typename C::OutcomeType>> outcome;
    C command(std::forward<Args>(args)..., [&](Result<typename C::OutcomeType> result) { outcome = std::move(result); });
    last_verdict = command.decide(set);
    command.complete(CommitStatus::committed);
    EXPECT_TRUE(outcome->has_value() || was_changed || !set.is_changed()) << "a refused command touched the set";
    return std::move(*outcome);
  }

  const Seat& seat(std::int64_t id) const { return set.seat({id})->seat; }
  const Reservation& reservation(ReservationId id) const { return set.reservation(id)->reservation; }
  // The events in order: type and reservation.
  std::vector<std::pair<EventType, ReservationId>> events() const {
    std::vector<std::pair<EventType, ReservationId>> told;
    for (const Event& event : set.events) told.emplace_back(event.type, event.reservation);
    return told;
  }

  WorkingSet set;
  Metrics metrics;
  Verdict last_verdict = Verdict::decided;

 private:
  void add_schedule(ConcertId concert, ScheduleId schedule, std::int64_t first_seat) {
    set.concerts.try_emplace(concert,
                             Concert{.id = concert, .title = "Night", .artist = "", .venue = "", .booking = {}, .queue = {}});
    set.schedules[schedule] = {.id = schedule, .concert = concert, .starts_at = set.now + std::chrono::days{30}};
    set.sections[schedule] = {{.id = {1}, .schedule = schedule, .name = ""}};
    for (int i = 0; i < 10; ++i)
      set.seats[{first_seat + i}].seat = {.place = {.id = {first_seat + i}, .schedule = schedule, .section = {1}, .number = i + 1},
                                          .price = kSeatPrice};
  }
};

inline Idempotent keyed(UserId owner, Operation operation, int key, std::int64_t fingerprint) {
  return {.key = {.owner = owner, .operation = operation, .hash = {static_cast<std::byte>(key)}}, .fingerprint = fingerprint};
}

}  // namespace frontrow

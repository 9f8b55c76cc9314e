// The commands of the store benches: a venue, and holds of one seat with an idempotency key.
#pragma once

#include <cstdlib>
#include <cstring>
#include <span>

#include "ports/store.hpp"

namespace frontrow::bench {

class HoldCommand final : public Command {
 public:
  HoldCommand(UserId user, SeatId seat, std::int64_t key) : user_(user), seat_(seat) {
    key_ = {.owner = user, .operation = Operation::hold, .hash = {}};
    const std::uint64_t scattered = static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15ULL;
    std::memcpy(key_.hash.data(), &scattered, sizeof scattered);
  }
  void declare(Keys& keys) const override {
    keys.holders.push_back({user_, {1}});
    keys.concerts.push_back({1});
    keys.schedules.push_back({1});
    keys.seats.push_back(seat_);
    keys.idempotency.push_back(key_);
    ++keys.new_ids[static_cast<std::size_t>(IdKind::reservation)];
  }
  Verdict decide(WorkingSet& set) override {
    if (set.idempotency(key_) != nullptr || !set.reservations_of(user_).empty() || !set.seat(seat_)->seat.is_free(set.now))
      std::abort();
    Seat& seat = set.change_seat(seat_);
    Reservation made{.id = {set.take_id(IdKind::reservation)},
                     .user = user_,
                     .concert = {1},
                     .schedule = seat.place.schedule,
                     .seats = {{.id = seat_, .number = seat.place.number, .price = seat.price}},
                     .amount = seat.price,
                     .created_at = set.now,
                     .expires_at = set.now + std::chrono::minutes{5},
                     .ticket = {user_.value}};
    seat.status = SeatStatus::held;
    seat.reservation = made.id;
    seat.held_until = made.expires_at;
    const ReservationId id = made.id;
    set.add_idempotency(
        {.key = key_, .fingerprint = key_.owner.value, .result = id.value, .values = {3, 0, 0}, .created_at = set.now});
    set.add_reservation(std::move(made));
    set.add_event(EventType::reservation_created, id);
    return Verdict::decided;
  }
  void complete(CommitStatus) override {}

 private:
  const UserId user_;
  const SeatId seat_;
  IdempotencyKey key_;
};

class CreateCommand final : public Command {
 public:
  explicit CreateCommand(int seats) : seats_(seats) {}
  void declare(Keys& keys) const override {
    for (const IdKind kind : {IdKind::concert, IdKind::schedule, IdKind::section}) keys.new_ids[static_cast<std::size_t>(kind)] = 1;
    keys.new_ids[static_cast<std::size_t>(IdKind::seat)] = seats_;
  }
  Verdict decide(WorkingSet& set) override {
    set.new_concerts.push_back(
        {.id = {set.take_id(IdKind::concert)}, .title = "Bench", .artist = "", .venue = "", .booking = {}, .queue = {}});
    set.new_schedules.push_back(
        {.id = {set.take_id(IdKind::schedule)}, .concert = {1}, .starts_at = set.now + std::chrono::days{30}});
    set.new_sections.push_back({.id = {set.take_id(IdKind::section)}, .schedule = {1}, .name = ""});
    for (int number = 1; number <= seats_; ++number)
      set.new_seats.push_back(
          {.place = {.id = {set.take_id(IdKind::seat)}, .schedule = {1}, .section = {1}, .number = number}, .price = {50'000}});
    return Verdict::decided;
  }
  void complete(CommitStatus) override {}

 private:
  const int seats_;
};

inline void execute(Store& store, std::span<Command* const> batch) {
  WorkingSet set;
  std::vector<Command*> again;
  store.execute(batch, set, again);
}

}  // namespace frontrow::bench

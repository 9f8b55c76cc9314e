// Use cases of the administrator: make concerts and schedules, change them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commit/command_of.hpp"
#include "domain/catalog.hpp"

namespace frontrow {

struct ConcertPlan {
  std::string title, artist, venue;
  BookingWindow booking;
  QueueSettings queue;
  std::vector<SchedulePlan> schedules;
  std::string time_zone = {};
  std::chrono::minutes sales_end_offset{0};
};

struct MadeSchedule {
  Schedule schedule;
  std::int64_t seats = 0;
  SeatId first_seat{};  // their ids are consecutive
};

struct MadeConcert {
  ConcertId id;
  std::vector<MadeSchedule> schedules;  // empty in a replay: the catalog has them, from `first_schedule` on
  ScheduleId first_schedule;
  int schedule_count = 0;
  bool is_replay = false;
};

// The caller has checked the plans (check_plan, check_booking). Refuses, in this order: IDEMPOTENCY_KEY_REUSED,
// VALIDATION_FAILED for a date in the past, or booking that would open after the last date.
class CreateConcert final : public CommandOf<MadeConcert> {
 public:
  CreateConcert(ConcertPlan plan, std::optional<Idempotent> idempotent, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertPlan plan_;
  const std::optional<Idempotent> idempotent_;
};

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED, CONCERT_NOT_FOUND, VALIDATION_FAILED when the concert would have more than
// kMaxSchedulesPerConcert dates, VALIDATION_FAILED for a date in the past.
class AddSchedules final : public CommandOf<MadeConcert> {
 public:
  AddSchedules(ConcertId concert, std::vector<SchedulePlan> plans, std::optional<Idempotent> idempotent, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertId concert_;
  const std::vector<SchedulePlan> plans_;
  const std::optional<Idempotent> idempotent_;
};

// Fields that are not set stay. An inner nullopt clears a bound.
struct ConcertPatch {
  std::optional<std::string> title, artist, venue;
  std::optional<std::optional<TimePoint>> opens_at, closes_at;
  std::optional<QueueSettings> queue;  // without `wants_pass`
  std::optional<bool> wants_pass = {};
  std::optional<std::string> time_zone = {};
  std::optional<std::chrono::minutes> sales_end_offset = {};
};

// Refuses, in this order: CONCERT_NOT_FOUND, VALIDATION_FAILED if the booking window would close before it opens, or
// open after the last date. One concert.changed carries the changes.
class PatchConcert final : public CommandOf<Concert> {
 public:
  PatchConcert(ConcertId concert, ConcertPatch patch, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertId concert_;
  const ConcertPatch patch_;
};

// Removes a concert from all lists for good. Its rows stay, because ended reservations refer to them. Refuses, in this
// order: CONCERT_NOT_FOUND, CONCERT_HAS_SALES while one of its seats is held or sold.
class DeleteConcert final : public CommandOf<Nothing> {
 public:
  DeleteConcert(ConcertId concert, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertId concert_;
};

}  // namespace frontrow

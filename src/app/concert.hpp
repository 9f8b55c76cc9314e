// Use cases of the administrator: put concerts and schedules on sale, change them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command_of.hpp"
#include "domain/catalog.hpp"

namespace frontrow {

struct ConcertPlan {
  std::string title, artist, venue;
  BookingWindow booking;
  QueueSettings queue;
  std::vector<SchedulePlan> schedules;
};

struct MadeSchedule {
  Schedule schedule;
  std::int64_t seats = 0;
};

struct MadeConcert {
  ConcertId id;
  std::vector<MadeSchedule> schedules;  // empty in a replay: the catalogue knows them, from `first_schedule` on
  ScheduleId first_schedule;
  int schedule_count = 0;
};

// Plans are checked (check_plan, check_booking) before they come here. Refuses IDEMPOTENCY_KEY_REUSED.
class CreateConcert final : public CommandOf<MadeConcert> {
 public:
  CreateConcert(ConcertPlan plan, std::optional<Idempotent> idempotent, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertPlan plan_;
  const std::optional<Idempotent> idempotent_;
};

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED, CONCERT_NOT_FOUND.
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

// What is not set stays. An inner nothing clears a bound.
struct ConcertPatch {
  std::optional<std::string> title, artist, venue;
  std::optional<std::optional<TimePoint>> opens_at, closes_at;
  std::optional<QueueSettings> queue;
};

// Refuses, in this order: CONCERT_NOT_FOUND, VALIDATION_FAILED when the booking window would close before it opens.
class PatchConcert final : public CommandOf<Concert> {
 public:
  PatchConcert(ConcertId concert, ConcertPatch patch, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertId concert_;
  const ConcertPatch patch_;
};

}  // namespace frontrow

// Use cases of the administrator on one schedule that is on sale: move it, give its seats other prices, its sections other names.
#pragma once

#include <optional>
#include <vector>

#include "app/commit/command_of.hpp"
#include "domain/price_list.hpp"

namespace frontrow {

// What is not set stays.
struct SchedulePatch {
  std::optional<TimePoint> starts_at = {};
};

// Reservations follow: they name the schedule, not its time. Refuses, in this order: CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND,
// VALIDATION_FAILED for a time in the past, or when booking would open after the concert's last date.
class PatchSchedule final : public CommandOf<Schedule> {
 public:
  PatchSchedule(ConcertId concert, ScheduleId schedule, const SchedulePatch& patch, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return static_cast<std::uint64_t>(schedule_.value); }
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertId concert_;
  const ScheduleId schedule_;
  const SchedulePatch patch_;
};

struct Repriced {
  std::int64_t seats = 0;              // that were named
  std::int64_t changed = 0;            // that did not have this price already
  std::vector<PriceChange> lines = {};  // of the changed ones: how many from what to what
};

enum class Reprice : std::uint8_t { really, only_look };

// Whatever their state: a held seat may come back. A reservation keeps the prices its seats were held at (S6). All or none; made
// twice, it changes nothing the second time. What changes is told by one schedule.changed. `only_look` changes nothing and says
// what would. Refuses, in this order: CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND, SEAT_NOT_FOUND.
class RepriceSeats final : public CommandOf<Repriced> {
 public:
  // `prices` name each seat once and are in bounds.
  RepriceSeats(ConcertId concert, ScheduleId schedule, std::vector<SeatPrice> prices, Reprice how, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return static_cast<std::uint64_t>(schedule_.value); }
  Verdict decide(WorkingSet& set) override;

 private:
  Repriced count(const WorkingSet& set) const;

  const ConcertId concert_;
  const ScheduleId schedule_;
  const std::vector<SeatPrice> prices_;
  const Reprice how_;
};

struct SectionName {
  std::string section;  // as it is called now
  std::string name;
};

// Refuses, in this order: CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND, VALIDATION_FAILED when there is no such section, or another has the
// name. Told by one schedule.changed; the same name again changes nothing.
class RenameSection final : public CommandOf<Nothing> {
 public:
  RenameSection(ConcertId concert, ScheduleId schedule, SectionName names, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return static_cast<std::uint64_t>(schedule_.value); }
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertId concert_;
  const ScheduleId schedule_;
  const SectionName names_;
};

}  // namespace frontrow

// Use cases of the administrator on a schedule that is on sale: move it, give its seats other prices, rename its
// sections.
#pragma once

#include <optional>
#include <vector>

#include "app/commit/command_of.hpp"
#include "domain/price_list.hpp"

namespace frontrow {

// Fields that are not set stay.
struct SchedulePatch {
  std::optional<TimePoint> starts_at = {};
};

// Reservations follow: they refer to the schedule, not to its time. Refuses, in this order: CONCERT_NOT_FOUND,
// SCHEDULE_NOT_FOUND, VALIDATION_FAILED for a time in the past, or if booking would open after the concert's last date.
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
  std::int64_t seats = 0;               // named seats
  std::int64_t changed = 0;             // seats that had another price before
  std::vector<PriceChange> lines = {};  // the changed seats: how many, from which price to which
};

enum class Reprice : std::uint8_t { really, only_look };

// Changes seats in any state: a held seat may come back. A reservation keeps the prices of its hold (S6). All or none;
// a repeat changes nothing. One schedule.changed carries the changes. `only_look` changes nothing and returns the
// effect. Refuses, in this order: CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND, SEAT_NOT_FOUND.
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
  std::string section;  // its present name
  std::string name;
};

// Refuses, in this order: CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND, VALIDATION_FAILED if there is no such section, or
// another has the name. One schedule.changed carries the change; the same name again changes nothing.
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

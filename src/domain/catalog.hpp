// What is for sale: concerts, their schedules, and the seats of each. Refuses to know who holds what (reservation.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/error.hpp"
#include "domain/ids.hpp"
#include "domain/money.hpp"

namespace frontrow {

inline constexpr ConcertId kMaxConcertId{0xFFFF'FFFF};
inline constexpr int kMaxSchedulesPerConcert = 100;
inline constexpr int kMaxSeatsPerSchedule = 100'000;
inline constexpr int kMaxActiveLimit = 1'000'000;
inline constexpr int kMaxAdmissionsPerSecond = 100'000;
// A date's sale ends at most a week before its start and a day after it.
inline constexpr std::chrono::minutes kMinSalesEndOffset{-7 * 24 * 60};
inline constexpr std::chrono::minutes kMaxSalesEndOffset{24 * 60};

// Half open: [opens_at, closes_at). No bound on a side that is not set.
struct BookingWindow {
  std::optional<TimePoint> opens_at = {};
  std::optional<TimePoint> closes_at = {};
  bool has_opened(TimePoint now) const { return !opens_at || *opens_at <= now; }
  bool has_closed(TimePoint now) const { return closes_at && *closes_at <= now; }
  bool is_open(TimePoint now) const { return has_opened(now) && !has_closed(now); }
  friend bool operator==(const BookingWindow&, const BookingWindow&) = default;
};

struct QueueSettings {
  bool enabled = true;
  int max_active = 500;
  int admissions_per_second = 100;
  friend bool operator==(const QueueSettings&, const QueueSettings&) = default;
};

struct Concert {
  ConcertId id;
  std::string title;
  std::string artist;  // empty = not said
  std::string venue;   // empty = not said
  BookingWindow booking;
  QueueSettings queue;
  std::int64_t version = 0;  // one more with every change of this row, and with every event of the concert
  std::string time_zone = {};                // name of the IANA; empty = the setting default-time-zone
  std::chrono::minutes sales_end_offset{0};  // a date's sale ends so long after its start; negative = before it
  bool is_deleted = false;                   // taken off the list for good; the rows stay, because others point to them
  friend bool operator==(const Concert&, const Concert&) = default;
};

struct Schedule {
  ScheduleId id;
  ConcertId concert;
  TimePoint starts_at;
  std::int64_t version = 0;           // one more with every commit that changes it or a seat of it
  std::int64_t sections_version = 0;  // the version that last gave a section another name
};

// When no seat of the date can be held any more: at its start and the concert's offset, or when booking closes, if that is sooner.
TimePoint sales_end(const Concert& concert, const Schedule& schedule);
// Has booking closed, or has the sale of all `dates` ended, which are all of the concert? One without a date has its booking only.
bool is_sale_over(const Concert& concert, std::span<const Schedule> dates, TimePoint now);

// A named block of seats, made with one price; a schedule made by `count` has one section without a name.
struct Section {
  SectionId id;
  ScheduleId schedule;
  std::string name;
};

// What never changes about a seat. `row` is 0 when the schedule has no rows.
struct SeatPlace {
  SeatId id;
  ScheduleId schedule;
  SectionId section;
  int row = 0;
  int number = 0;
};

struct SectionPlan {
  std::string name;
  int rows = 0;  // 0: unnamed, `seats_per_row` seats numbered through
  int seats_per_row = 0;
  Points price;
};

struct SchedulePlan {
  TimePoint starts_at;
  std::vector<SectionPlan> sections;
  std::int64_t seat_count() const;  // of a plan that was checked
};

// Section names unique, every section with seats and a price in bounds, 1 … kMaxSeatsPerSchedule seats in all. Field names in
// errors start with `path` ("schedules[0].") and are those of the request: seats.count and seats.price for a plan without rows.
void check_plan(const SchedulePlan& plan, const std::string& path, std::vector<FieldError>& errors);
void check_booking(const BookingWindow& booking, std::vector<FieldError>& errors);
// A date that is made or moved starts later than `now`, and so late that its sale has not ended yet.
void check_start(const Concert& concert, TimePoint starts_at, TimePoint now, const std::string& field, std::vector<FieldError>& errors);
// Booking opens before the sale of the concert's last date ends; `last_start` is when that date starts.
void check_opening(const Concert& concert, TimePoint last_start, std::vector<FieldError>& errors);

}  // namespace frontrow

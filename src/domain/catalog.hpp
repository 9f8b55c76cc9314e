// The catalog: concerts, their schedules, and the seats of each. Refuses to know holders of seats (reservation.hpp).
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
inline constexpr int kMaxSeatsPerRequest = 100'000;  // of all dates together
inline constexpr int kMaxActiveLimit = 1'000'000;
inline constexpr int kMaxAdmissionsPerSecond = 100'000;
// A date's sale ends at most a week before its start and a day after it.
inline constexpr std::chrono::minutes kMinSalesEndOffset{-7 * 24 * 60};
inline constexpr std::chrono::minutes kMaxSalesEndOffset{24 * 60};

// Half open: [opens_at, closes_at). A side that is not set has no bound.
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
  bool wants_pass = false;  // a new place costs a pass
  friend bool operator==(const QueueSettings&, const QueueSettings&) = default;
};

struct Concert {
  ConcertId id;
  std::string title;
  std::string artist;  // empty = not given
  std::string venue;   // empty = not given
  BookingWindow booking;
  QueueSettings queue;
  std::int64_t version = 0;                  // raised by each change of this row and by each event of the concert
  std::string time_zone = {};                // name of the IANA; empty = the setting default-time-zone
  std::chrono::minutes sales_end_offset{0};  // a date's sale ends this long after its start; negative = before it
  bool is_deleted = false;                   // no longer listed; the rows stay, because others refer to them
  friend bool operator==(const Concert&, const Concert&) = default;
};

struct Schedule {
  ScheduleId id;
  ConcertId concert;
  TimePoint starts_at;
  std::int64_t version = 0;           // raised by each commit that changes the schedule or one of its seats
  std::int64_t sections_version = 0;  // the version of the last renaming of a section
  SeatId first_seat = {};             // its seats have consecutive ids from here; as made, like the next one
  std::int64_t seat_count = 0;
  std::int64_t available_seats = 0;  // in `version`, if the row was read from a store; without the seats of lapsed holds
};

// The moment from which no seat of the date can be held: start plus the concert's offset, or the close of booking if
// that is sooner.
TimePoint sales_end(const Concert& concert, const Schedule& schedule);
// True if booking has closed, or the sale of each date has ended. `dates` are all dates of the concert. Without dates,
// only the booking window counts.
bool is_sale_over(const Concert& concert, std::span<const Schedule> dates, TimePoint now);

// A named block of seats, made at one price. A schedule made by `count` has one section without a name.
struct Section {
  SectionId id;
  ScheduleId schedule;
  std::string name;
};

// The part of a seat that never changes. `row` is 0 if the schedule has no rows.
struct SeatPlace {
  SeatId id;
  ScheduleId schedule;
  SectionId section;
  int row = 0;
  int number = 0;
};

struct SectionPlan {
  std::string name;
  int rows = 0;  // 0: rows have no names, and `seats_per_row` seats are numbered through
  int seats_per_row = 0;
  Points price;
  std::int64_t seat_count() const { return static_cast<std::int64_t>(rows == 0 ? 1 : rows) * seats_per_row; }
};

struct SchedulePlan {
  TimePoint starts_at;
  std::vector<SectionPlan> sections;
  std::int64_t seat_count() const;  // of a checked plan
};

// Checks that section names are unique, that every section has seats and a price in bounds, and that there are 1 …
// kMaxSeatsPerSchedule seats in all. Field names in errors begin with `path` ("schedules[0].") and are those of the
// request: seats.count and seats.price for a plan without rows.
void check_plan(const SchedulePlan& plan, const std::string& path, std::vector<FieldError>& errors);
// Checks that the dates have kMaxSeatsPerRequest seats at most; each of them has passed check_plan.
void check_request(std::span<const SchedulePlan> plans, std::vector<FieldError>& errors);
void check_booking(const BookingWindow& booking, std::vector<FieldError>& errors);
// A new or moved date must start later than `now`, and its sale must not have ended already.
void check_start(const Concert& concert, TimePoint starts_at, TimePoint now, const std::string& field,
                 std::vector<FieldError>& errors);
// Booking must open before the sale of the concert's last date ends; `last_start` is the start of that date.
void check_opening(const Concert& concert, TimePoint last_start, std::vector<FieldError>& errors);

}  // namespace frontrow

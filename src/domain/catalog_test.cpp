// A plan is sold exactly as drawn, or refused. A booking window includes its first millisecond and not its last.
#include "domain/catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint kNoon{std::chrono::sys_days{std::chrono::July / 1 / 2026} + std::chrono::hours{12}};
constexpr int kHuge = std::numeric_limits<int>::max();

SectionPlan section(std::string name, int rows, int seats_per_row, Points price = {50'000}) {
  return {.name = std::move(name), .rows = rows, .seats_per_row = seats_per_row, .price = price};
}

std::vector<std::string> fields_refused(const SchedulePlan& plan) {
  std::vector<FieldError> errors;
  check_plan(plan, "schedules[3].", errors);
  std::vector<std::string> fields;
  for (const FieldError& error : errors) fields.push_back(error.field);
  return fields;
}

TEST(CheckPlan, AcceptsOneSeatUpToTheMost) {
  const std::vector<std::vector<SectionPlan>> plans = {
      {section("", 0, 1)},
      {section("", 0, kMaxSeatsPerSchedule)},
      {section("A", 1, 1), section("B", 1, 1)},
      {section("A", 100, 500), section("B", 500, 100)},
      {section("A", 1, 10, kMinAmount), section("B", 1, 10, kMaxAmount)},
  };
  for (std::size_t i = 0; i < plans.size(); ++i)
    EXPECT_THAT(fields_refused({.starts_at = kNoon, .sections = plans[i]}), IsEmpty()) << i;
}

TEST(CheckRequestSize, CountsTheSeatsOfAllDates) {
  const auto refused = [](std::vector<std::vector<SectionPlan>> dates) {
    std::vector<SchedulePlan> plans;
    for (auto& sections : dates) plans.push_back({.starts_at = kNoon, .sections = std::move(sections)});
    std::vector<FieldError> errors;
    check_request_size(plans, errors);
    return errors;
  };
  EXPECT_THAT(refused({{section("", 0, kMaxSeatsPerRequest)}}), IsEmpty());
  EXPECT_THAT(refused({{section("", 0, kMaxSeatsPerRequest / 2)}, {section("A", 100, kMaxSeatsPerRequest / 200)}}), IsEmpty());
  for (const auto& dates : std::vector<std::vector<std::vector<SectionPlan>>>{
           {{section("", 0, kMaxSeatsPerRequest)}, {section("", 0, 1)}},
           {{section("A", 100, 500), section("B", 1, 1)}, {section("A", 100, 500)}},
           std::vector<std::vector<SectionPlan>>(100, {section("", 0, kMaxSeatsPerSchedule)})}) {
    const auto errors = refused(dates);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors[0].field, "schedules");
  }
}

TEST(CheckPlan, NamesTheFieldThatCannotBe) {
  struct Case {
    const char* what;
    std::vector<SectionPlan> sections;
    std::vector<std::string> fields;
  };
  const std::vector<Case> cases = {
      {"nothing to sell", {}, {"schedules[3].seats"}},
      {"an empty hall", {section("", 0, 0)}, {"schedules[3].seats.count"}},
      {"one seat too many", {section("", 0, kMaxSeatsPerSchedule + 1)}, {"schedules[3].seats.count"}},
      {"too many over two sections", {section("A", 100, 500), section("B", 500, 101)}, {"schedules[3].seats"}},
      {"a name twice", {section("A", 1, 1), section("B", 1, 1), section("A", 1, 1)}, {"schedules[3].sections[2].name"}},
      {"no seats in a row", {section("A", 1, 1), section("B", 1, 0)}, {"schedules[3].sections[1].seatsPerRow"}},
      {"fewer seats than none, made up for elsewhere",
       {section("A", 1, 10), section("B", 1, -5)},
       {"schedules[3].sections[1].seatsPerRow"}},
      {"fewer rows than none, made up for elsewhere",
       {section("A", 1, 10), section("B", -1, 5)},
       {"schedules[3].sections[1].rows"}},
      {"fewer seats than none, without rows", {section("", 0, -1)}, {"schedules[3].seats.count"}},
      {"free seats, without rows", {section("", 0, 10, {0})}, {"schedules[3].seats.price"}},
      {"free seats", {section("A", 1, 1, {0})}, {"schedules[3].sections[0].price"}},
      {"seats dearer than anything", {section("A", 1, 1, kMaxAmount + Points{1})}, {"schedules[3].sections[0].price"}},
      {"more rows of more seats than anyone can count",
       {section("A", kHuge, kHuge), section("B", 1, 1)},
       {"schedules[3].sections[0].rows", "schedules[3].sections[0].seatsPerRow"}},
      {"as many sections of as many rows as fit",
       {section("A", kMaxSeatsPerSchedule, kMaxSeatsPerSchedule), section("B", kMaxSeatsPerSchedule, kMaxSeatsPerSchedule)},
       {"schedules[3].seats"}},
  };
  for (const Case& c : cases)
    EXPECT_THAT(fields_refused({.starts_at = kNoon, .sections = c.sections}), testing::ElementsAreArray(c.fields)) << c.what;
}

TEST(BookingWindow, IncludesItsOpeningAndNotItsClosing) {
  struct Case {
    const char* what;
    BookingWindow window;
    TimePoint now;
    bool has_opened, has_closed;
  };
  const BookingWindow hour{kNoon, kNoon + std::chrono::hours{1}};
  const std::vector<Case> cases = {
      {"no bounds", {}, kNoon, true, false},
      {"just before opening", hour, kNoon - milliseconds{1}, false, false},
      {"opening", hour, kNoon, true, false},
      {"just before closing", hour, *hour.closes_at - milliseconds{1}, true, false},
      {"closing", hour, *hour.closes_at, true, true},
      {"never closes", {kNoon, {}}, kNoon + std::chrono::years{10}, true, false},
      {"was always open", {{}, kNoon}, kNoon - std::chrono::years{10}, true, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(c.window.has_opened(c.now), c.has_opened) << c.what;
    EXPECT_EQ(c.window.has_closed(c.now), c.has_closed) << c.what;
    EXPECT_EQ(c.window.is_open(c.now), c.has_opened && !c.has_closed) << c.what;
  }
}

TEST(CheckBooking, RefusesToCloseBeforeItHasBeenOpen) {
  const auto fields = [](std::optional<TimePoint> opens, std::optional<TimePoint> closes) {
    std::vector<FieldError> errors;
    check_booking({opens, closes}, errors);
    std::vector<std::string> names;
    for (const FieldError& error : errors) names.push_back(error.field);
    return names;
  };
  EXPECT_THAT(fields({}, {}), IsEmpty());
  EXPECT_THAT(fields(kNoon, {}), IsEmpty());
  EXPECT_THAT(fields({}, kNoon), IsEmpty());
  EXPECT_THAT(fields(kNoon, kNoon + milliseconds{1}), IsEmpty());
  EXPECT_THAT(fields(kNoon, kNoon), ElementsAre("bookingClosesAt"));
  EXPECT_THAT(fields(kNoon, kNoon - milliseconds{1}), ElementsAre("bookingClosesAt"));
}

}  // namespace
}  // namespace frontrow

#include "api/concert_plan.hpp"

#include <fmt/format.h>

#include "api/time_zone.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kMaxText = 300;
constexpr std::size_t kMaxSectionName = 50;
constexpr std::size_t kMaxSections = 1'000;
constexpr std::int64_t kMaxRows = 1'000;

// Absent or null: nothing.
std::optional<std::string> read_time_zone(FieldReader& in) {
  auto name = in.optional_string("timeZone", 1, kMaxTimeZone);
  if (name && !is_time_zone(*name)) in.fail("timeZone", "must be the name of a time zone like Asia/Seoul");
  return name;
}

// Absent or null: none.
std::chrono::minutes read_offset(FieldReader& in) {
  return std::chrono::minutes{
      in.optional_int("salesEndOffsetMinutes", kMinSalesEndOffset.count(), kMaxSalesEndOffset.count()).value_or(0)};
}

SectionPlan read_section(FieldReader& in) {
  return {.name = in.required_string("name", 1, kMaxSectionName),
          .rows = static_cast<int>(in.required_int("rows", 1, kMaxRows)),
          .seats_per_row = static_cast<int>(in.required_int("seatsPerRow", 1, kMaxRows)),
          .price = {in.required_int("price", kMinAmount.value, kMaxAmount.value)}};
}

SchedulePlan read_schedule(FieldReader& in) {
  SchedulePlan plan{.starts_at = in.required_time("startsAt"), .sections = {}};
  if (in.has("seats") == in.has_some("sections")) {
    in.fail("seats", "exactly one of seats and sections must be given");
    return plan;
  }
  in.optional_object("seats", [&](FieldReader& seats) {
    plan.sections.push_back({.name = {},
                             .rows = 0,
                             .seats_per_row = static_cast<int>(seats.required_int("count", 1, kMaxSeatsPerSchedule)),
                             .price = {seats.required_int("price", kMinAmount.value, kMaxAmount.value)}});
  });
  in.objects("sections", 0, kMaxSections, [&](FieldReader& section) { plan.sections.push_back(read_section(section)); });
  return plan;
}

}  // namespace

std::optional<bool> read_pass_required(const RequestReader& in, FieldReader& queue) {
  if (!queue.has_some("passRequired")) return {};
  const bool is_required = queue.required_bool("passRequired");
  if (is_required && in.api.settings.passes.keys == nullptr)
    queue.fail("passRequired", "wants a server that verifies passes (join-pass-key-file)");
  return is_required;
}

QueueSettings read_queue_settings(FieldReader& in) {
  return {.enabled = in.required_bool("enabled"),
          .max_active = static_cast<int>(in.required_int("maxActive", 1, kMaxActiveLimit)),
          .admissions_per_second = static_cast<int>(in.required_int("admissionsPerSecond", 1, kMaxAdmissionsPerSecond))};
}

// How many more the concert may have is decided when they are made.
std::vector<SchedulePlan> read_schedules(RequestReader& in, FieldReader& fields) {
  std::vector<SchedulePlan> plans;
  fields.objects("schedules", 1, kMaxSchedulesPerConcert, [&](FieldReader& date) { plans.push_back(read_schedule(date)); });
  if (!in.errors.empty()) return plans;
  std::vector<FieldError> found;
  for (std::size_t i = 0; i < plans.size(); ++i) check_plan(plans[i], fmt::format("schedules[{}].", i), found);
  if (found.empty()) check_request(plans, found);
  in.errors.add(std::move(found));
  return plans;
}

ConcertPlan read_concert_plan(RequestReader& in) {
  FieldReader fields = in.body();
  ConcertPlan plan{
      .title = fields.required_string("title", 1, kMaxText),
      .artist = fields.optional_string("artist", 1, kMaxText).value_or(""),
      .venue = fields.optional_string("venue", 1, kMaxText).value_or(""),
      .booking = {.opens_at = fields.optional_time("bookingOpensAt"), .closes_at = fields.optional_time("bookingClosesAt")},
      .queue = in.api.sale.default_queue,
      .schedules = {},
      .time_zone = read_time_zone(fields).value_or(""),
      .sales_end_offset = read_offset(fields)};
  fields.optional_object("queue", [&](FieldReader& queue) {
    plan.queue = read_queue_settings(queue);
    plan.queue.wants_pass = read_pass_required(in, queue).value_or(false);
  });
  plan.schedules = read_schedules(in, fields);
  std::vector<FieldError> found;
  check_booking(plan.booking, found);
  in.errors.add(std::move(found));
  return plan;
}

// Absent stays, null clears.
ConcertPatch read_concert_patch(RequestReader& in) {
  FieldReader fields = in.body();
  ConcertPatch patch;
  if (fields.mentions("title")) patch.title = fields.required_string("title", 1, kMaxText);
  if (fields.mentions("artist")) patch.artist = fields.optional_string("artist", 1, kMaxText).value_or("");
  if (fields.mentions("venue")) patch.venue = fields.optional_string("venue", 1, kMaxText).value_or("");
  if (fields.mentions("bookingOpensAt")) patch.opens_at = fields.optional_time("bookingOpensAt");
  if (fields.mentions("bookingClosesAt")) patch.closes_at = fields.optional_time("bookingClosesAt");
  if (fields.mentions("timeZone")) patch.time_zone = read_time_zone(fields).value_or(in.api.settings.default_time_zone);
  if (fields.mentions("salesEndOffsetMinutes")) patch.sales_end_offset = read_offset(fields);
  return patch;
}

std::string canonical(const std::vector<SchedulePlan>& plans) {
  std::string text;
  for (const SchedulePlan& plan : plans) {
    text += fmt::format("@{}", plan.starts_at.time_since_epoch().count());
    for (const SectionPlan& section : plan.sections)
      text += fmt::format(
          "[{}:{} {}x{} {}]", section.name.size(), section.name, section.rows, section.seats_per_row, section.price.value);
  }
  return text;
}

std::string canonical(const ConcertPlan& plan) {
  const auto time = [](const std::optional<TimePoint>& at) { return at ? at->time_since_epoch().count() : -1; };
  // A field that a request may leave out is in the text only when it was given: earlier fingerprints stay what they were.
  std::string more;
  if (!plan.time_zone.empty()) more += " in " + plan.time_zone;
  if (plan.sales_end_offset.count() != 0) more += fmt::format(" until {}", plan.sales_end_offset.count());
  if (plan.queue.wants_pass) more += " with passes";
  return fmt::format("create {}:{} {}:{} {}:{} {} {} {} {} {} {}{}",
                     plan.title.size(),
                     plan.title,
                     plan.artist.size(),
                     plan.artist,
                     plan.venue.size(),
                     plan.venue,
                     time(plan.booking.opens_at),
                     time(plan.booking.closes_at),
                     plan.queue.enabled,
                     plan.queue.max_active,
                     plan.queue.admissions_per_second,
                     canonical(plan.schedules),
                     more);
}

}  // namespace frontrow::http

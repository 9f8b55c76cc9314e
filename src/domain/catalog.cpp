#include "domain/catalog.hpp"

#include <algorithm>
#include <set>

namespace frontrow {

std::int64_t SchedulePlan::seat_count() const {
  std::int64_t count = 0;
  for (const SectionPlan& section : sections) count += section.seat_count();
  return count;
}

namespace {

// Checks the bounds of each section, so that their sum cannot overflow.
bool check_section(const SectionPlan& section, const std::string& path, std::vector<FieldError>& errors) {
  const std::size_t known = errors.size();
  const std::string place = section.rows == 0 ? path.substr(0, path.rfind("sections[")) + "seats." : path;
  const std::string bounds = "must be 1 to " + std::to_string(kMaxSeatsPerSchedule);
  if (section.rows < 0 || section.rows > kMaxSeatsPerSchedule) errors.push_back({place + "rows", bounds});
  if (section.seats_per_row < 1 || section.seats_per_row > kMaxSeatsPerSchedule)
    errors.push_back({place + (section.rows == 0 ? "count" : "seatsPerRow"), bounds});
  if (section.price < kMinAmount || section.price > kMaxAmount)
    errors.push_back({place + "price", "must be " + std::to_string(kMinAmount.value) + " to " + std::to_string(kMaxAmount.value)});
  return errors.size() == known;
}

}  // namespace

void check_plan(const SchedulePlan& plan, const std::string& path, std::vector<FieldError>& errors) {
  bool can_be_counted = true;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < plan.sections.size(); ++i) {
    const std::string section_path = path + "sections[" + std::to_string(i) + "].";
    if (!names.insert(plan.sections[i].name).second) errors.push_back({section_path + "name", "is the name of another section"});
    can_be_counted &= check_section(plan.sections[i], section_path, errors);
  }
  if (!can_be_counted) return;
  const std::int64_t seats = plan.seat_count();
  if (seats < 1 || seats > kMaxSeatsPerSchedule)
    errors.push_back({path + "seats", "must be 1 to " + std::to_string(kMaxSeatsPerSchedule) + " seats in all"});
}

void check_request(std::span<const SchedulePlan> plans, std::vector<FieldError>& errors) {
  std::int64_t seats = 0;
  for (const SchedulePlan& plan : plans) seats += plan.seat_count();
  if (seats <= kMaxSeatsPerRequest) return;
  errors.push_back({"schedules",
                    "must have at most " + std::to_string(kMaxSeatsPerRequest) + " seats in one request, and these have " +
                        std::to_string(seats) + "; add the other dates with further requests"});
}

void check_booking(const BookingWindow& booking, std::vector<FieldError>& errors) {
  if (booking.opens_at && booking.closes_at && *booking.closes_at <= *booking.opens_at)
    errors.push_back({"bookingClosesAt", "must be after bookingOpensAt"});
}

TimePoint sales_end(const Concert& concert, const Schedule& schedule) {
  const TimePoint end = schedule.starts_at + concert.sales_end_offset;
  return concert.booking.closes_at ? std::min(end, *concert.booking.closes_at) : end;
}

bool is_sale_over(const Concert& concert, std::span<const Schedule> dates, TimePoint now) {
  const auto has_ended = [&](const Schedule& date) { return is_over(sales_end(concert, date), now); };
  return concert.booking.has_closed(now) || (!dates.empty() && std::ranges::all_of(dates, has_ended));
}

void check_start(const Concert& concert, TimePoint starts_at, TimePoint now, const std::string& field,
                 std::vector<FieldError>& errors) {
  if (is_over(starts_at, now))
    errors.push_back({field, "must be in the future"});
  else if (is_over(starts_at + concert.sales_end_offset, now))
    errors.push_back({field, "is so soon that the sale of this date would have ended already (salesEndOffsetMinutes)"});
}

void check_opening(const Concert& concert, TimePoint last_start, std::vector<FieldError>& errors) {
  if (concert.booking.opens_at && *concert.booking.opens_at >= last_start + concert.sales_end_offset)
    errors.push_back({"bookingOpensAt", "must be before the sale of the last date ends"});
}

}  // namespace frontrow

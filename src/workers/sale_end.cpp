#include "workers/sale_end.hpp"

#include <algorithm>

#include "app/commit/commits.hpp"

namespace frontrow {

bool is_sale_over(const Concert& concert, std::span<const TimePoint> starts, TimePoint now) {
  if (concert.booking.has_closed(now)) return true;
  return !starts.empty() &&
         std::ranges::all_of(starts, [&](TimePoint start) { return is_over(start + concert.sales_end_offset, now); });
}

void EndTickets::declare(Keys& keys) const {
  keys.concerts.push_back(concert_);
  const auto picture = catalog_.picture();
  if (const ConcertEntry* entry = picture->find(concert_))
    for (const ScheduleEntry& date : entry->schedules) keys.schedules.push_back(date.schedule.id);
}

Verdict EndTickets::decide(WorkingSet& set) {
  const Concert* concert = set.concert(concert_);
  if (concert == nullptr) return decided(Nothing{});
  std::vector<TimePoint> starts;
  for (const auto& [id, schedule] : set.schedules)
    if (schedule.concert == concert_) starts.push_back(schedule.starts_at);
  for (const Schedule& added : set.new_schedules)  // by a command before this one, in the same batch
    if (added.concert == concert_) starts.push_back(added.starts_at);
  if (is_sale_over(*concert, starts, set.now)) queue_->end_tickets(set, kTicketsEndedAtOnce);
  return decided(Nothing{});
}

void SaleEnd::run_once() {
  const auto picture = catalog_.picture();
  const TimePoint now = clock_.now();
  std::vector<TimePoint> starts;
  for (const auto& [id, entry] : picture->concerts) {
    starts.clear();
    for (const ScheduleEntry& date : entry->schedules) starts.push_back(date.schedule.starts_at);
    if (is_sale_over(entry->concert, starts, now)) entry->queue->submit_end(catalog_);
  }
}

void ConcertQueue::submit_end(const Catalog& catalog) {
  if (has_tickets_to_end())
    commits_->submit(std::make_unique<EndTickets>(shared_from_this(), concert_, catalog), CommandClass::settle);
}

}  // namespace frontrow

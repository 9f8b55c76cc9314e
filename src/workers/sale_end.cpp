#include "workers/sale_end.hpp"

#include "app/queue/end_tickets.hpp"

namespace frontrow {

void SaleEnd::run_once() {
  const auto picture = catalog_.picture();
  const TimePoint ended_before = clock_.now() - kTicketsKept;
  std::vector<Schedule> dates;
  for (const auto& [id, entry] : picture->concerts) {
    dates.clear();
    for (const ScheduleEntry& date : entry->schedules) dates.push_back(date.schedule);
    if (is_sale_over(entry->concert, dates, ended_before)) entry->queue->submit_end();
  }
  for (const auto& queue : picture->deleted_queues) queue->submit_end();
}

}  // namespace frontrow

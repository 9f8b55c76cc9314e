#include "workers/sale_end.hpp"

namespace frontrow {

void SaleEnd::run_once() {
  const auto picture = catalog_.picture();
  const TimePoint now = clock_.now();
  std::vector<Schedule> dates;
  for (const auto& [id, entry] : picture->concerts) {
    dates.clear();
    for (const ScheduleEntry& date : entry->schedules) dates.push_back(date.schedule);
    if (is_sale_over(entry->concert, dates, now)) entry->queue->submit_end();
  }
}

}  // namespace frontrow

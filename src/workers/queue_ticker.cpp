#include "workers/queue_ticker.hpp"

namespace frontrow {

void QueueTicker::run_once() {
  const auto picture = catalog_.picture();
  QueueCounts all;
  for (const auto& [id, entry] : picture->concerts) {
    const QueueCounts counts = entry->queue->counts();
    all.waiting += counts.waiting;
    all.active += counts.active;
    const TimePoint now = clock_.now();
    std::optional<std::int64_t> free_seats;
    if (counts.waiting > 0) free_seats = seats_on_sale(*entry, now);
    entry->queue->submit_tick(free_seats, now);
  }
  metrics_.queue_waiting.Set(static_cast<double>(all.waiting));
  metrics_.queue_active.Set(static_cast<double>(all.active));
}

}  // namespace frontrow

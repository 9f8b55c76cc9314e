#include "workers/queue_ticker.hpp"

namespace frontrow {

void QueueTicker::run_once() {
  const auto picture = catalog_.picture();
  QueueCounts all;
  if (which_) {
    for (const ConcertId id : which_())
      if (const ConcertEntry* entry = picture->find(id)) tick(*entry, all);
  } else {
    for (const auto& [id, entry] : picture->concerts) tick(*entry, all);
  }
  metrics_.queue_waiting.Set(static_cast<double>(all.waiting));
  metrics_.queue_active.Set(static_cast<double>(all.active));
}

void QueueTicker::tick(const ConcertEntry& entry, QueueCounts& all) {
  const QueueCounts counts = entry.queue->counts();
  all.waiting += counts.waiting;
  all.active += counts.active;
  const TimePoint now = clock_.now();
  std::optional<std::int64_t> free_seats;
  if (counts.waiting > 0) free_seats = seats_on_sale(entry, now);
  entry.queue->submit_tick(free_seats, now);
}

}  // namespace frontrow

#include "app/admission.hpp"

#include "app/queue.hpp"

namespace frontrow {

void Admission::run_once() {
  const auto picture = catalog_.picture();
  QueueCounts all;
  for (const auto& [id, entry] : picture->concerts) {
    const QueueCounts counts = entry->queue->counts();
    all.waiting += counts.waiting;
    all.active += counts.active;
    if (entry->queue->wants_tick(clock_.now()))
      commits_.submit(std::make_unique<AdmitNext>(entry->queue, [](Result<Nothing>) {}), CommandClass::settle);
  }
  metrics_.queue_waiting.Set(static_cast<double>(all.waiting));
  metrics_.queue_active.Set(static_cast<double>(all.active));
}

}  // namespace frontrow

#include "workers/admission.hpp"

namespace frontrow {

void Admission::run_once() {
  const auto picture = catalog_.picture();
  QueueCounts all;
  for (const auto& [id, entry] : picture->concerts) {
    const QueueCounts counts = entry->queue->counts();
    all.waiting += counts.waiting;
    all.active += counts.active;
    entry->queue->submit_tick(clock_.now());
  }
  metrics_.queue_waiting.Set(static_cast<double>(all.waiting));
  metrics_.queue_active.Set(static_cast<double>(all.active));
}

}  // namespace frontrow

#include "workers/sweep.hpp"

#include "app/commands/reservation.hpp"

namespace frontrow {

void Sweep::run_once() {
  if (is_under_way_->load(std::memory_order_acquire)) return;
  auto due = due_.due(clock_.now() - kLeftToOthers, static_cast<int>(kLookedAt));
  if (due.empty()) return;
  if (due.size() > kNamedAtOnce) {
    // A stretch of neighbours, because they share pages.
    const auto first = due.begin() + static_cast<std::ptrdiff_t>(random_.below(due.size() - kNamedAtOnce + 1));
    due = std::vector(first, first + kNamedAtOnce);
  }
  is_under_way_->store(true, std::memory_order_release);
  try {
    commits_.submit(std::make_unique<ExpireReservations>(
                        std::move(due), [done = is_under_way_](Result<Nothing>) { done->store(false, std::memory_order_release); }),
                    CommandClass::settle);
  } catch (...) {  // otherwise no hold would be named again
    is_under_way_->store(false, std::memory_order_release);
    throw;
  }
}

}  // namespace frontrow

#include "app/sweep.hpp"

#include "app/reservation.hpp"

namespace frontrow {

namespace {
constexpr int kPerCommand = 1'000;
}

void Sweep::run_once() {
  if (is_under_way_->load(std::memory_order_acquire)) return;
  auto due = due_.due(clock_.now(), kPerCommand);
  if (due.empty()) return;
  is_under_way_->store(true, std::memory_order_release);
  commits_.submit(std::make_unique<ExpireReservations>(
                      std::move(due), [done = is_under_way_](Result<Nothing>) { done->store(false, std::memory_order_release); }),
                  CommandClass::settle);
}

}  // namespace frontrow

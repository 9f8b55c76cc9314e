#include "workers/sweep.hpp"

#include "app/commands/reservation.hpp"

namespace frontrow {

bool Sweep::run_once() {
  UnderWay::Token token = under_way_.begin();
  if (token == nullptr) return true;
  auto due = due_.due(clock_.now() - kLeftToOthers, static_cast<int>(kLookedAt));
  if (due.empty()) return false;
  if (due.size() > kNamedAtOnce) {
    // A stretch of neighbours, because they share pages.
    const auto first = due.begin() + static_cast<std::ptrdiff_t>(random_.below(due.size() - kNamedAtOnce + 1));
    due = std::vector(first, first + kNamedAtOnce);
  }
  auto done = [token = std::move(token)](Result<Nothing>) {};
  commits_.submit(std::make_unique<ExpireReservations>(std::move(due), std::move(done)), CommandClass::settle);
  return true;
}

}  // namespace frontrow

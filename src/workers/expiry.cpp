#include "workers/expiry.hpp"

#include "app/commands/reservation.hpp"

namespace frontrow {

namespace {
// About 30 ms of writing; ten times a second this is twice the 5,000/s that a mass expiry needs.
constexpr std::size_t kPerCommand = 1'000;
}  // namespace

std::function<void(std::vector<ReservationId>, std::function<void(bool)>)> end_through(Commits& commits) {
  return [&commits](std::vector<ReservationId> due, std::function<void(bool)> done) {
    commits.submit(std::make_unique<ExpireReservations>(
                       std::move(due), [done = std::move(done)](const Result<Nothing>& result) { done(result.has_value()); }),
                   CommandClass::settle);
  };
}

void Expiry::run_once() {
  UnderWay::Token token = under_way_.begin();
  if (token == nullptr) return;
  auto due = deadlines_.due(clock_.now(), kPerCommand);
  if (due.empty()) return;
  auto done = [token = std::move(token)](Result<Nothing>) {};
  commits_.submit(std::make_unique<ExpireReservations>(std::move(due), std::move(done)), CommandClass::settle);
}

}  // namespace frontrow

#include "app/queue/end_tickets.hpp"

#include "app/commit/commits.hpp"

namespace frontrow {

Verdict EndTickets::decide(WorkingSet& set) {
  const Concert* concert = set.concert(concert_);
  // A deleted concert has no live hold, and its sale does not go on.
  if (concert == nullptr || is_sale_over(*concert, set.dates_of(concert_), set.now - kTicketsKept))
    queue_->end_tickets(set, kTicketsEndedAtOnce);
  return decided(Nothing{});
}

void ConcertQueue::submit_end() {
  if (has_tickets_to_end()) commits_->submit(std::make_unique<EndTickets>(shared_from_this(), concert_), CommandClass::settle);
}

}  // namespace frontrow

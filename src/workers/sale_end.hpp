// Ends what is left of a queue when its sale is over: tickets are good for a sale, and end with it.
//
// A sale is over when its booking has closed, or when the sale of all its dates has ended (at their starts, or so long after them). Tickets with a live hold stay until the hold ends,
// so that it can be paid for. What is over is decided by the command, on the store's rows and at the batch's time.
#pragma once

#include <memory>
#include <span>

#include "app/commit/command_of.hpp"
#include "app/live/catalog.hpp"
#include "app/queue/concert_queue.hpp"

namespace frontrow {

inline constexpr Duration kSaleEndInterval{1'000};
// In one command, so that the sales that go on are not held up by one that is over.
inline constexpr int kTicketsEndedAtOnce = 2'000;

// `starts`: of all its dates. A concert without a date yet has its booking only.
bool is_sale_over(const Concert& concert, std::span<const TimePoint> starts, TimePoint now);

class EndTickets final : public CommandOf<Nothing> {
 public:
  // `catalog` says which dates there are when the command is taken up.
  EndTickets(std::shared_ptr<ConcertQueue> queue, ConcertId concert, const Catalog& catalog)
      : CommandOf([](Result<Nothing>) {}), queue_(std::move(queue)), concert_(concert), catalog_(catalog) {}
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<ConcertQueue> queue_;
  const ConcertId concert_;
  const Catalog& catalog_;
};

class SaleEnd {
 public:
  SaleEnd(const Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}
  // Cheap when no sale has ended lately. Once a second or so.
  void run_once();

 private:
  const Catalog& catalog_;
  const Clock& clock_;
};

}  // namespace frontrow

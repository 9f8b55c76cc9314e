// Finds sales that are over; their queues then end the remaining tickets.
#pragma once

#include "app/live/catalog.hpp"
#include "base/clock.hpp"

namespace frontrow {

inline constexpr Duration kSaleEndInterval{1'000};

class SaleEnd {
 public:
  SaleEnd(const Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}
  // Cheap if no sale has ended lately. To be called about once a second.
  void run_once();

 private:
  const Catalog& catalog_;
  const Clock& clock_;
};

}  // namespace frontrow

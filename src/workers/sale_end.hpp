// Looks for sales that are over, whose queues then end what is left of their tickets.
#pragma once

#include "app/live/catalog.hpp"
#include "base/clock.hpp"

namespace frontrow {

inline constexpr Duration kSaleEndInterval{1'000};

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

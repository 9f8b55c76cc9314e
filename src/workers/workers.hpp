// The loops of the embedded profile: each calls one use case at an interval.
#pragma once

#include <atomic>
#include <functional>

#include "base/periodic.hpp"
#include "workers/expiry.hpp"
#include "workers/queue_ticker.hpp"
#include "workers/sale_end.hpp"

namespace frontrow {

inline constexpr Duration kExpiryInterval{100};
inline constexpr Duration kClockInterval{1'000};

class Workers {
 public:
  // Holds and sales are ended only while `may_act_unasked`. Otherwise they are over all the same: their seats can be
  // taken.
  Workers(QueueTicker& ticker, Expiry& expiry, SaleEnd& sale_end, const std::atomic<bool>& may_act_unasked,
          std::function<void()> watch_clock)
      : ticker_("ticker", kTickInterval, [&ticker] { ticker.run_once(); }),
        expiry_("expiry", kExpiryInterval,
                [&expiry, &may_act_unasked] {
                  if (may_act_unasked) expiry.run_once();
                }),
        sale_end_("sale_end", kSaleEndInterval,
                  [&sale_end, &may_act_unasked] {
                    if (may_act_unasked) sale_end.run_once();
                  }),
        clock_("clock", kClockInterval, std::move(watch_clock)) {}
  void stop() {
    ticker_.stop();
    expiry_.stop();
    sale_end_.stop();
    clock_.stop();
  }

 private:
  Periodic ticker_;
  Periodic expiry_;
  Periodic sale_end_;
  Periodic clock_;
};

}  // namespace frontrow

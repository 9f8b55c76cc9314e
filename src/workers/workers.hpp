// The loops of the embedded profile: each calls one use case on a clock.
#pragma once

#include "app/admission.hpp"
#include "app/expiry.hpp"
#include "base/periodic.hpp"

namespace frontrow {

inline constexpr Duration kExpiryInterval{100};
inline constexpr Duration kClockInterval{1'000};

class Workers {
 public:
  Workers(Admission& admission, Expiry& expiry, SystemClock& clock)
      : admission_("admission", kAdmissionInterval, [&admission] { admission.run_once(); }),
        expiry_("expiry", kExpiryInterval, [&expiry] { expiry.run_once(); }),
        clock_("clock", kClockInterval, [&clock] { clock.follow(); }) {}
  void stop() {
    admission_.stop();
    expiry_.stop();
    clock_.stop();
  }

 private:
  Periodic admission_;
  Periodic expiry_;
  Periodic clock_;
};

}  // namespace frontrow

// The loops of the embedded profile: each calls one use case on a clock.
#pragma once

#include "app/admission.hpp"
#include "app/expiry.hpp"
#include "base/periodic.hpp"

namespace frontrow {

inline constexpr Duration kExpiryInterval{100};

class Workers {
 public:
  Workers(Admission& admission, Expiry& expiry)
      : admission_("admission", kAdmissionInterval, [&admission] { admission.run_once(); }),
        expiry_("expiry", kExpiryInterval, [&expiry] { expiry.run_once(); }) {}
  void stop() {
    admission_.stop();
    expiry_.stop();
  }

 private:
  Periodic admission_;
  Periodic expiry_;
};

}  // namespace frontrow

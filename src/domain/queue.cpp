#include "domain/queue.hpp"

#include <algorithm>
#include <cmath>

namespace frontrow {

double AdmissionBucket::available(TimePoint now, int per_second) const {
  const double burst = std::max(1, per_second);
  if (level < 0) return burst;
  const double elapsed = std::max(0.0, std::chrono::duration<double>(now - at).count());
  return std::min(burst, level + elapsed * per_second);
}

void AdmissionBucket::take(TimePoint now, int per_second, int count) {
  level = std::max(0.0, available(now, per_second) - count);
  at = now;
}

Duration poll_after(Duration estimated_wait, double unit) {
  const Duration base = std::clamp(estimated_wait / 10, kMinPollAfter, kMaxPollAfter);
  return base + Duration{static_cast<std::int64_t>(static_cast<double>(base.count()) * kPollJitter * unit)};
}

Duration estimated_wait(std::int64_t people_ahead, double claims_per_second) {
  constexpr Duration kDay = std::chrono::hours{24};
  if (people_ahead <= 0) return Duration{0};
  if (claims_per_second <= 0) return kDay;
  const double seconds = static_cast<double>(people_ahead) / claims_per_second;
  return seconds >= 86'400 ? kDay : Duration{static_cast<std::int64_t>(seconds * 1'000)};
}

}  // namespace frontrow

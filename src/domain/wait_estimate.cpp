#include "domain/wait_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace frontrow {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kMemorySeconds = 180;  // weight of what happened this long ago: 1/e, as soon as enough has happened since
constexpr double kEnough = 40;          // people
constexpr Duration kMaxGap = std::chrono::seconds{5};  // a longer gap was not watched: the changes in it are not known
constexpr double kFew = 3;                             // if fewer have left, nothing can be estimated
constexpr double kSure = 1.3;                          // standard deviations to each side
constexpr double kPollSeconds = 3;                     // from the call to the poll
constexpr double kSlack = 1.05;                        // of the upper end
constexpr double kRateUsed = 0.7;                      // at least: some tokens wait for people who do not come
constexpr Duration kLongest = std::chrono::hours{24};

Duration seconds(double value) {
  if (!(value < Seconds{kLongest}.count())) return kLongest;
  return std::chrono::duration_cast<Duration>(Seconds{std::max(0.0, value)});
}

}  // namespace

void Flow::observe(const Inside& found, std::int64_t admitted_ever, TimePoint now) {
  if (now <= at) return;
  const double elapsed = Seconds{now - at}.count();
  if (now - at <= kMaxGap) {
    const double entered = static_cast<double>(admitted_ever - admitted);
    const double before = static_cast<double>(inside.people);
    const double gone = std::max(0.0, before + entered - static_cast<double>(found.people));
    const double stayed = std::max(0.0, inside.seconds + before * elapsed + entered * elapsed / 2 - found.seconds);
    const double keep = left > kEnough ? std::exp(-elapsed / kMemorySeconds) : 1;
    left = left * keep + gone;
    stays = stays * keep + (gone > 0 ? stayed : 0);
    inside_seconds = inside_seconds * keep + before * elapsed;
  }
  at = now;
  inside = found;
  admitted = admitted_ever;
}

void Flow::settled(std::int64_t people, std::int64_t missing) {
  const double keep = called > 4 * kEnough ? std::exp(-static_cast<double>(people) / (4 * kEnough)) : 1;
  called = called * keep + static_cast<double>(people);
  missed = missed * keep + static_cast<double>(missing);
}

std::optional<WaitRange> estimate_wait(const QueueSettings& settings, const Flow& flow, std::int64_t position, std::int64_t free,
                                       Duration until_open) {
  const double rate = settings.admissions_per_second;
  const double people = static_cast<double>(position);
  // So many of the people ahead will come.
  const double share = (flow.missed + 0.5) / (flow.called + 5);
  const double unsure = kSure * std::sqrt(share * (1 - share) / (flow.called + 5));
  const double most = people * (1 - std::max(0.0, share - unsure)), fewest = people * (1 - std::min(0.95, share + unsure));
  const double at_once = static_cast<double>(std::max<std::int64_t>(0, free));
  if (most <= at_once)
    return WaitRange{until_open + seconds(fewest / rate), until_open + seconds(most / rate / kRateUsed + kPollSeconds)};
  if (flow.left < kFew) return {};
  const double spread = 1 + kSure / std::sqrt(flow.left);
  const double brief = flow.stays / flow.left, long_stay = flow.inside_seconds / flow.left;
  const double places = settings.max_active;
  const double fast = std::min(rate, places / std::max(0.1, std::min(brief, long_stay)) * spread);
  const double slow = std::min(rate * kRateUsed, places / std::max(0.1, std::max(brief, long_stay)) / spread);
  const double from = std::max(fewest / rate, (fewest - at_once) / fast);
  const double to = (at_once / rate / kRateUsed + std::max(0.0, most - at_once) / slow) * kSlack + kPollSeconds;
  return WaitRange{until_open + seconds(from), until_open + seconds(to)};
}

}  // namespace frontrow

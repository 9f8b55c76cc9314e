#include "main/sale_time.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr Duration kSayAgain = std::chrono::minutes{10};

}  // namespace

std::string rough(Duration length) {
  const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(length).count();
  if (seconds >= 86'400) return fmt::format("{} d {} h", seconds / 86'400, seconds % 86'400 / 3'600);
  if (seconds >= 3'600) return fmt::format("{} h {} min", seconds / 3'600, seconds % 3'600 / 60);
  if (seconds >= 60) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} s", seconds);
}

std::optional<std::string> refuse_start(const StartTimes& times, Duration tolerance, bool accepts_stored_time) {
  const Duration ahead = times.stored - times.wall;
  if (ahead <= tolerance || accepts_stored_time) return {};
  return fmt::format(
      "the store has seen {}, and the machine's clock says {}: {} earlier. A sale's time never goes back, so the sale would go on "
      "in "
      "the store's time. Either set the machine's clock, if it is wrong; or wait until it says the store's time; or, if an earlier "
      "start with a wrong clock wrote that time, restore the copy of the data directory made before it; or start with "
      "--accept-stored-time, and the sale goes on in the store's time. Nothing was changed",
      iso8601(times.stored),
      iso8601(times.wall),
      rough(ahead));
}

bool is_far_ahead(const StartTimes& times) { return times.stored != TimePoint{} && times.wall - times.stored > kLongPause; }

std::string far_ahead_warning(const StartTimes& times) {
  return fmt::format(
      "THE MACHINE'S CLOCK IS FAR AHEAD: it says {}, {} after the newest time in the store, {}. After a long pause that is right. "
      "If the clock is wrong, stop now: no time has been written yet. The first join, hold, payment or charge moves the sale to "
      "this "
      "time for good, and until then no hold is ended, no ticket ends with its sale and no key is forgotten",
      iso8601(times.wall),
      rough(times.wall - times.stored),
      iso8601(times.stored));
}

std::optional<std::string> ClockWatch::complaint() const {
  const Duration lead = lead_();
  if (lead <= tolerance_) return {};
  return fmt::format(
      "the sale's time is {}, {} ahead of the machine's clock; a start would be refused", iso8601(clock_.now()), rough(lead));
}

bool ClockWatch::run_once() {
  const auto said = complaint();
  if (!said) {
    said_at_.reset();
    return false;
  }
  const TimePoint now = clock_.now();
  if (said_at_ && now - *said_at_ < kSayAgain) return false;
  said_at_ = now;
  log_warn(*said);
  return true;
}

}  // namespace frontrow

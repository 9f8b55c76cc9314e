#include "base/clock.hpp"

#include <time.h>

#include <algorithm>
#include <array>

#include "base/wall_clock.hpp"

namespace frontrow {

TimePoint wall_now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

namespace {

// Reads exactly `count` digits at the front of `text` and drops them; -1 if they are not all digits.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// Reads ".f{1,9}" if it is there; false if a dot is not followed by 1 … 9 digits.
bool take_fraction(std::string_view& text, Duration& fraction) {
  if (!take(text, '.')) return true;
  int digits = 0, ms = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) ms = ms * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (int i = digits; i < 3; ++i) ms *= 10;
  fraction = Duration{ms};
  return digits >= 1 && digits <= 9;
}

// Reads "Z" or "±HH:MM", which must be the rest of the text.
bool take_zone(std::string_view text, Duration& offset) {
  if (text == "Z") return true;
  const bool west = !text.empty() && text.front() == '-';
  if (!west && !(!text.empty() && text.front() == '+')) return false;
  text.remove_prefix(1);
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take(text, ':')) return false;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59 || !text.empty()) return false;
  offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  if (west) offset = -offset;
  return true;
}

void put(char*& out, int value, int width) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  out += width;
}

}  // namespace

namespace {

constexpr int kPerMille = 3;  // a hold of five minutes ends at most 0.9 s early

// The steady clock stops while a machine is suspended; this clock does not.
Duration since_boot() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{time.tv_nsec});
}

}  // namespace

Duration catch_up(Duration behind, Duration passed) {
  return std::clamp(behind, Duration{0}, std::max(passed * kPerMille / 1'000, Duration{0}));
}

SystemClock::SystemClock(TimePoint not_before)
    : start_(std::max(not_before, wall_now())), boot_start_(since_boot()), followed_at_(boot_start_) {}

TimePoint SystemClock::now() const {
  return start_ + (since_boot() - boot_start_) + Duration{gained_ms_.load(std::memory_order_relaxed)};
}

void SystemClock::follow() {
  const Duration at = since_boot();
  const Duration gained = catch_up(wall_now() - now(), at - followed_at_);
  followed_at_ = at;
  gained_ms_.fetch_add(gained.count(), std::memory_order_relaxed);
}

namespace {
std::int64_t steady_ms() { return std::chrono::duration_cast<Duration>(steady_now().time_since_epoch()).count(); }
}  // namespace

void FollowedClock::set(TimePoint now) { ahead_ms_.store(now.time_since_epoch().count() - steady_ms(), std::memory_order_relaxed); }

TimePoint FollowedClock::now() const {
  const std::int64_t now = steady_ms() + ahead_ms_.load(std::memory_order_relaxed);
  std::int64_t shown = shown_ms_.load(std::memory_order_relaxed);
  while (shown < now && !shown_ms_.compare_exchange_weak(shown, now, std::memory_order_relaxed)) {
  }
  return TimePoint{Duration{std::max(shown, now)}};
}

void append_iso8601(std::string& out, TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 24> text;
  char* at = text.data();
  put(at, static_cast<int>(date.year()), 4);
  *at++ = '-';
  put(at, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  *at++ = '-';
  put(at, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  *at++ = 'T';
  put(at, static_cast<int>(clock.hours().count()), 2);
  *at++ = ':';
  put(at, static_cast<int>(clock.minutes().count()), 2);
  *at++ = ':';
  put(at, static_cast<int>(clock.seconds().count()), 2);
  *at++ = '.';
  put(at, static_cast<int>(clock.subseconds().count()), 3);
  *at = 'Z';
  out.append(text.data(), text.size());
}

std::string iso8601(TimePoint time) {
  std::string out;
  append_iso8601(out, time);
  return out;
}

std::optional<TimePoint> parse_iso8601(std::string_view text) {
  const int year = take_digits(text, 4);
  if (year < 1970 || !take(text, '-')) return {};
  const int month = take_digits(text, 2);
  if (month < 1 || !take(text, '-')) return {};
  const int day = take_digits(text, 2);
  if (day < 1 || !take(text, 'T')) return {};
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return {};
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return {};
  const int second = take_digits(text, 2);
  if (second < 0 || second > 59) return {};
  Duration fraction{}, offset{};
  if (!take_fraction(text, fraction) || !take_zone(text, offset)) return {};
  const std::chrono::year_month_day date{
      std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}, std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return {};
  const TimePoint time = std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
                         std::chrono::seconds{second} + fraction - offset;
  // An offset may lead to a year that cannot be written.
  if (time < TimePoint{} || time >= std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}) return {};
  return time;
}

}  // namespace frontrow

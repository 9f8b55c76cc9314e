#include "adapters/redis/seat_map_cache.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "adapters/redis/token.hpp"
#include "base/check.hpp"

namespace frontrow::redis {

namespace {

constexpr std::size_t kSlice = 1'000;  // seats in one step of a fill or a put: a few milliseconds of the server's time
constexpr std::string_view kScanSlice = "2000";
constexpr std::string_view kPermitMs = "5000";
constexpr int kMaxScans = 1'000;  // twenty times the largest schedule

constexpr std::string_view kNewsKey = "seats:changes";

std::string key_of(ScheduleId schedule) { return "seats:schedule:" + std::to_string(schedule.value); }

void append(std::vector<std::string>& words, const CachedSeat& seat) {
  words.push_back(std::to_string(seat.id.value));
  words.push_back(std::to_string(static_cast<int>(seat.status)));
  words.push_back(std::to_string(seat.held_until.time_since_epoch().count()));
  words.push_back(std::to_string(seat.holder.value));
  words.push_back(std::to_string(seat.price.value));
}

std::int64_t number_at(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) throw Unavailable("redis", "a seat map holds something else");
  text.remove_prefix(std::min<std::size_t>(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  return number;
}

CachedSeat seat_of(std::string_view id, std::string_view value) {
  CachedSeat seat{.id = {number_at(id)}};
  seat.version = number_at(value);
  const std::int64_t status = number_at(value);
  if (status < 0 || status > static_cast<int>(SeatStatus::sold)) throw Unavailable("redis", "a seat map holds an unknown status");
  seat.status = static_cast<SeatStatus>(status);
  seat.held_until = TimePoint{Duration{number_at(value)}};
  seat.holder = {number_at(value)};
  seat.price = {number_at(value)};
  return seat;
}

Command script_on(const Script& script, const std::string& key) {
  return {.words = {key, key + ":changes"}, .script = &script, .keys = 2};
}

}  // namespace

void SeatMapCache::put(ScheduleId schedule, std::int64_t version, std::span<const CachedSeat> changed) {
  const std::string key = key_of(schedule);
  std::size_t first = 0;
  do {
    const auto slice = changed.subspan(first, std::min(kSlice, changed.size() - first));
    first += slice.size();
    Command command = script_on(scripts::seats_put, key);
    command.words.emplace_back(kNewsKey);
    command.keys = 3;
    command.words.insert(command.words.end(), {std::to_string(version), first == changed.size() ? "1" : "0"});
    for (const CachedSeat& seat : slice) append(command.words, seat);
    good(client_.run(std::move(command)));
  } while (first < changed.size());
}

std::optional<SeatMapCache::Changes> SeatMapCache::changes(ScheduleId schedule, std::int64_t since) {
  try {
    std::optional<Changes> changes = look(schedule, since);
    metrics_.redis_hits.record(changes.has_value());
    return changes;
  } catch (const Unavailable&) {
    metrics_.redis_hits.record(false);
    throw;
  }
}

std::optional<SeatMapCache::Changes> SeatMapCache::look(ScheduleId schedule, std::int64_t since) {
  const std::string key = key_of(schedule);
  Command command = script_on(scripts::seats_changes, key);
  command.words.push_back(std::to_string(since));
  const Reply reply = client_.run(std::move(command));
  if (good(reply).is_nil()) return {};
  Changes changes{.version = reply.at(0).integer(), .is_full = reply.at(1).integer() == 1};
  if (changes.is_full) return read_all(key, changes) ? std::optional(std::move(changes)) : std::nullopt;
  for (std::size_t i = 2; i < reply.size(); i += 2) changes.seats.push_back(seat_of(reply.at(i).text(), reply.at(i + 1).text()));
  return changes;
}

// Reads in slices, because Redis serves no other client while it collects 50,000 fields. A change meanwhile may be in the result or
// not: it is above `version`, and will be read again. The map must be the same one before and after.
bool SeatMapCache::read_all(const std::string& key, Changes& changes) {
  const auto identity = [&] { return client_.run({.words = {"HMGET", key, "fill", "count"}}); };
  const Reply before = identity();
  if (good(before).at(1).is_nil()) return false;
  const std::int64_t count = before.at(1).integer();
  std::unordered_set<SeatId> seen;
  std::string cursor = "0";
  for (int scan = 0; scan < kMaxScans; ++scan) {
    const Reply reply = client_.run({.words = {"HSCAN", key, cursor, "COUNT", std::string(kScanSlice)}});
    const ReplyView fields = good(reply).at(1);
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
      const std::string_view field = fields.at(i).text();
      if (field.empty() || field[0] < '0' || field[0] > '9') continue;  // of the map itself
      CachedSeat seat = seat_of(field, fields.at(i + 1).text());
      if (seen.insert(seat.id).second) changes.seats.push_back(seat);
    }
    cursor = reply.at(0).text();
    if (cursor == "0") break;
  }
  const Reply after = identity();
  const bool is_same = good(after).at(0).text() == before.at(0).text() && !after.at(1).is_nil();
  return is_same && cursor == "0" && static_cast<std::int64_t>(changes.seats.size()) == count;
}

// A command and no script: it is what an idle pod asks ten times a second.
SeatMapCache::News SeatMapCache::news(std::int64_t after) {
  const Reply reply =
      client_.run({.words = {"ZRANGE", std::string{kNewsKey}, "(" + std::to_string(after), "+inf", "BYSCORE", "WITHSCORES"}});
  good(reply);
  News news{.upto = after, .schedules = {}};
  for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
    std::string_view schedule = reply.at(i).text(), at = reply.at(i + 1).text();
    news.schedules.push_back({number_at(schedule)});
    news.upto = std::max(news.upto, number_at(at));
  }
  return news;
}

std::optional<std::string> SeatMapCache::begin_fill(ScheduleId schedule) {
  std::string permit = random_token();
  const Reply reply = client_.run({.words = {"SET", key_of(schedule) + ":fill", permit, "NX", "PX", std::string(kPermitMs)}});
  if (good(reply).is_nil()) return {};
  return permit;
}

bool SeatMapCache::fill(ScheduleId schedule, const std::string& permit, std::int64_t version, std::span<const CachedSeat> seats) {
  const std::string key = key_of(schedule);
  const bool is_complete = write_all(key, permit, version, seats);
  good(client_.run({.words = {key + ":fill", permit}, .script = &scripts::lock_release, .keys = 1}));
  return is_complete;
}

bool SeatMapCache::write_all(const std::string& key, const std::string& permit, std::int64_t version,
                             std::span<const CachedSeat> seats) {
  CHECK(!seats.empty());
  for (std::size_t first = 0; first < seats.size(); first += kSlice) {
    Command slice = script_on(scripts::seats_fill, key);
    slice.words.insert(slice.words.end(), {permit, std::to_string(version), first == 0 ? "1" : "0"});
    for (const CachedSeat& seat : seats.subspan(first, std::min(kSlice, seats.size() - first))) append(slice.words, seat);
    if (good(client_.run(std::move(slice))).integer() == 0) return false;
  }
  Command complete = script_on(scripts::seats_complete, key);
  complete.words.insert(complete.words.end(), {permit, std::to_string(version), std::to_string(seats.size())});
  return good(client_.run(std::move(complete))).integer() == 1;
}

}  // namespace frontrow::redis

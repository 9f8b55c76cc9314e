#include "app/commands/change_json.hpp"

#include <boost/json.hpp>

namespace frontrow {

namespace {

namespace json = boost::json;

json::value value_of(const std::string& text) { return text.empty() ? json::value{} : json::value(text); }
json::value value_of(const std::optional<TimePoint>& time) { return time ? json::value(iso8601(*time)) : json::value{}; }
json::value value_of(std::chrono::minutes minutes) { return minutes.count(); }
json::value value_of(bool flag) { return flag; }
json::value value_of(const QueueSettings& queue) {
  json::object said{
      {"enabled", queue.enabled}, {"maxActive", queue.max_active}, {"admissionsPerSecond", queue.admissions_per_second}};
  if (queue.wants_pass) said["passRequired"] = true;
  return said;
}

template <class Value>
void put(json::object& changes, std::string_view name, const Value& from, const Value& to) {
  if (from != to) changes[name] = json::object{{"from", value_of(from)}, {"to", value_of(to)}};
}

// What was nothing before.
void put_new(json::object& changes, std::string_view name, json::value value) {
  if (!value.is_null()) changes[name] = json::object{{"from", nullptr}, {"to", std::move(value)}};
}

}  // namespace

std::string changes_of_making(const Concert& made, std::size_t dates, std::int64_t seats) {
  json::object changes;
  put_new(changes, "title", value_of(made.title));
  put_new(changes, "artist", value_of(made.artist));
  put_new(changes, "venue", value_of(made.venue));
  put_new(changes, "bookingOpensAt", value_of(made.booking.opens_at));
  put_new(changes, "bookingClosesAt", value_of(made.booking.closes_at));
  put_new(changes, "timeZone", value_of(made.time_zone));
  put_new(changes, "queue", value_of(made.queue));
  put_new(changes, "dates", dates);
  put_new(changes, "seats", seats);
  return json::serialize(changes);
}

std::string changes_of_dates(std::size_t from, std::size_t to) {
  return json::serialize(json::object{{"dates", json::object{{"from", from}, {"to", to}}}});
}

std::string changes_of_making(const Operator& made) {
  json::object changes;
  put_new(changes, "name", value_of(made.name));
  put_new(changes, "role", json::string(name_of(made.role)));
  put_new(changes, "expiresAt", value_of(made.expires_at));
  return json::serialize(changes);
}

std::string changes_of_revoking(const Operator& account) {
  return json::serialize(json::object{{"name", json::object{{"from", account.name}, {"to", nullptr}}},
                                      {"role", json::object{{"from", name_of(account.role)}, {"to", nullptr}}}});
}

std::string changes_of_cancelling(UserId user) {
  return json::serialize(json::object{{"status", json::object{{"from", "TEMPORARY"}, {"to", "CANCELLED"}}},
                                      {"userId", json::object{{"from", user.value}, {"to", user.value}}}});
}

std::string changes_between(const Concert& before, const Concert& after) {
  json::object changes;
  put(changes, "title", before.title, after.title);
  put(changes, "artist", before.artist, after.artist);
  put(changes, "venue", before.venue, after.venue);
  put(changes, "bookingOpensAt", before.booking.opens_at, after.booking.opens_at);
  put(changes, "bookingClosesAt", before.booking.closes_at, after.booking.closes_at);
  put(changes, "timeZone", before.time_zone, after.time_zone);
  put(changes, "salesEndOffsetMinutes", before.sales_end_offset, after.sales_end_offset);
  put(changes, "queue", before.queue, after.queue);
  put(changes, "deleted", before.is_deleted, after.is_deleted);
  return json::serialize(changes);
}

std::string changes_of_start(TimePoint from, TimePoint to) {
  json::object changes;
  put(changes, "startsAt", std::optional{from}, std::optional{to});
  return json::serialize(changes);
}

std::string changes_of_section(const std::string& from, const std::string& to) {
  json::object changes;
  put(changes, "section", from, to);
  return json::serialize(changes);
}

std::string changes_of_prices(std::span<const PriceChange> lines) {
  json::array prices;
  for (const PriceChange& line : lines.first(std::min(lines.size(), kMaxPricesTold)))
    prices.push_back(
        json::object{{"section", value_of(line.section)}, {"from", line.from.value}, {"to", line.to.value}, {"seats", line.seats}});
  json::object changes{{"prices", std::move(prices)}};
  if (lines.size() > kMaxPricesTold) changes["pricesLeftOut"] = lines.size() - kMaxPricesTold;
  return json::serialize(changes);
}

}  // namespace frontrow

// What is for sale, over HTTP.
#include "api/concert.hpp"

#include "api/api.hpp"
#include "http/query.hpp"

namespace frontrow::http {

namespace {

constexpr std::int64_t kMaxPage = 100;
constexpr std::int64_t kPage = 20;

// What a concert's dates come to.
struct Dates {
  std::int64_t count = 0;                           // of those still on sale
  std::optional<TimePoint> next_start, last_start;  // of those still on sale; of all
};

Dates dates_of(const ConcertEntry& entry, TimePoint now) {
  Dates dates;
  for (const ScheduleEntry& date : entry.schedules) {
    const TimePoint start = date.schedule.starts_at;
    dates.last_start = std::max(dates.last_start.value_or(start), start);
    if (!is_on_sale(entry, date, now)) continue;
    dates.next_start = std::min(dates.next_start.value_or(start), start);
    ++dates.count;
  }
  return dates;
}

std::optional<std::string_view> if_said(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

// Pages are cut by id: the cursor is the last id shown.
void list(Api& api, const Request& request, Responder responder) {
  FieldErrors errors;
  QueryReader in(request.query(), errors);
  const auto limit = in.optional_int("limit", 1, kMaxPage).value_or(kPage);
  const auto after = in.optional_int("cursor", 1, kMaxId).value_or(0);
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const TimePoint now = api.sale.clock.now();
  const auto picture = api.sale.catalog.picture();
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("concerts").begin_array();
  std::int64_t shown = 0;
  ConcertId last;
  bool has_more = false;
  for (auto at = picture->concerts.upper_bound({after}); at != picture->concerts.end(); ++at) {
    if (is_over(sales_end(*at->second), now)) continue;
    if (shown == limit) {
      has_more = true;
      break;
    }
    write_concert(json, api, *at->second, now);
    last = at->first;
    ++shown;
  }
  json.end_array().key("nextCursor");
  if (has_more)
    json.value(std::to_string(last.value));
  else
    json.null();
  json.end_object();
  std::move(responder).send(Response::json(std::move(body)));
}

void one(Api& api, const Request& request, Responder responder) {
  const auto picture = api.sale.catalog.picture();
  const ConcertEntry* entry = picture->find(request.id<ConcertId>("concertId"));
  if (entry == nullptr) return std::move(responder).refuse({.code = ErrorCode::concert_not_found});
  std::string body;
  JsonWriter json(body);
  write_concert(json, api, *entry, api.sale.clock.now());
  std::move(responder).send(Response::json(std::move(body)));
}

void schedules(Api& api, const Request& request, Responder responder) {
  FieldErrors errors;
  QueryReader in(request.query(), errors);
  const bool available_only = in.optional_bool("availableOnly").value_or(false);
  const bool include_past = in.optional_bool("includePast").value_or(false);
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto picture = api.sale.catalog.picture();
  const ConcertEntry* entry = picture->find(request.id<ConcertId>("concertId"));
  if (entry == nullptr) return std::move(responder).refuse({.code = ErrorCode::concert_not_found});
  const TimePoint now = api.sale.clock.now();
  std::string body;
  JsonWriter json(body);
  json.begin_object().field("concertId", entry->concert.id).key("schedules").begin_array();
  for (const ScheduleEntry& schedule : entry->schedules) {
    if (!include_past && !is_on_sale(*entry, schedule, now)) continue;
    if (!available_only || schedule.seats->stamp(now).available > 0) write_schedule(json, *entry, schedule, now);
  }
  json.end_array().end_object();
  std::move(responder).send(Response::json(std::move(body)));
}

}  // namespace

void write_concert(JsonWriter& json, const Api& api, const ConcertEntry& entry, TimePoint now) {
  const Concert& concert = entry.concert;
  const Dates dates = dates_of(entry, now);
  json.begin_object()
      .field("id", concert.id)
      .field("title", concert.title)
      .field("artist", if_said(concert.artist))
      .field("venue", if_said(concert.venue))
      .field("bookingOpensAt", concert.booking.opens_at)
      .field("bookingClosesAt", concert.booking.closes_at)
      .field("timeZone", concert.time_zone.empty() ? api.settings.default_time_zone : concert.time_zone)
      .field("salesEndOffsetMinutes", concert.sales_end_offset.count())
      .field("nextStartsAt", dates.next_start)
      .field("lastStartsAt", dates.last_start)
      .field("scheduleCount", dates.count)
      .field("availableSeats", seats_on_sale(entry, now))
      .end_object();
}

void write_schedule(JsonWriter& json, const ConcertEntry& concert, const ScheduleEntry& entry, TimePoint now) {
  json.begin_object()
      .field("id", entry.schedule.id)
      .field("startsAt", entry.schedule.starts_at)
      .field("bookingOpensAt", concert.concert.booking.opens_at)
      .field("bookingClosesAt", concert.concert.booking.closes_at)
      .field("salesEndAt", sales_end(concert.concert, entry.schedule))
      .field("totalSeats", entry.seats->places().size())
      .field("availableSeats", entry.seats->stamp(now).available)
      .end_object();
}

void add_concert_routes(std::vector<Route>& routes, Api& api) {
  const auto bind = [&api](auto handler) {
    return [&api, handler](const Request& request, Responder responder) { handler(api, request, std::move(responder)); };
  };
  routes.push_back({.method = "GET", .pattern = "/api/v1/concerts", .handler = bind(list)});
  routes.push_back({.method = "GET", .pattern = "/api/v1/concerts/{concertId}", .handler = bind(one)});
  routes.push_back({.method = "GET", .pattern = "/api/v1/concerts/{concertId}/schedules", .handler = bind(schedules)});
}

}  // namespace frontrow::http

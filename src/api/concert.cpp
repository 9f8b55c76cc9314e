// What is for sale, over HTTP.
#include "api/concert.hpp"

#include "api/routes.hpp"
#include "http/json_body.hpp"

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

auto list(RequestReader& in) {
  const ConcertPage page = read_page(in, kPage);
  return [&api = in.api, page] {
    const auto is_shown = [](const ConcertEntry& entry, TimePoint now) { return !is_over(sales_end(entry), now); };
    return page_response(api, page, is_shown, [&](JsonWriter& json, const ConcertEntry& entry, TimePoint now) {
      write_concert(json, api, entry, now);
    });
  };
}

auto one(RequestReader& in) {
  return [&api = in.api, concert = in.concert(in.id<ConcertId>("concertId"))] {
    JsonBody json;
    write_concert(json, api, *concert, api.sale.clock.now());
    return json.response();
  };
}

auto schedules(RequestReader& in) {
  QueryReader query = in.query();
  const bool available_only = query.optional_bool("availableOnly").value_or(false);
  const bool include_past = query.optional_bool("includePast").value_or(false);
  const ConcertPtr concert = in.concert(in.id<ConcertId>("concertId"));
  return [&api = in.api, available_only, include_past, concert] {
    const TimePoint now = api.sale.clock.now();
    JsonBody json;
    json.begin_object().field("concertId", concert->concert.id).key("schedules").begin_array();
    for (const ScheduleEntry& schedule : concert->schedules) {
      if (!include_past && !is_on_sale(*concert, schedule, now)) continue;
      if (!available_only || schedule.hall->available(now) > 0) write_schedule(json, *concert, schedule, now);
    }
    json.end_array().end_object();
    return json.response();
  };
}

}  // namespace

ConcertPage read_page(RequestReader& in, std::int64_t limit) {
  QueryReader query = in.query();
  return {.limit = query.optional_int("limit", 1, kMaxPage).value_or(limit),
          .after = query.optional_id<ConcertId>("cursor").value_or(ConcertId{}),
          .is_head = in.request.method() == "HEAD"};
}

Response page_response(const Api& api, const ConcertPage& page, const IsShown& is_shown, const WriteConcert& write) {
  if (page.is_head) return Response::unrendered();
  const TimePoint now = api.sale.clock.now();
  const auto picture = api.sale.catalog.picture();
  JsonBody json;
  json.begin_object().key("concerts").begin_array();
  std::int64_t shown = 0;
  ConcertId last;
  std::optional<std::string> next;
  for (auto at = picture->concerts.upper_bound(page.after); at != picture->concerts.end() && !next; ++at) {
    if (!is_shown(*at->second, now)) continue;
    if (shown++ == page.limit) {
      next = std::to_string(last.value);
    } else {
      write(json, *at->second, now);
      last = at->first;
    }
  }
  json.end_array().field("nextCursor", next).end_object();
  return json.response();
}

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
      .field("totalSeats", entry.schedule.seat_count)
      .field("availableSeats", entry.hall->available(now))
      .end_object();
}

void write_queue_state(JsonWriter& json, const QueueSettings& settings, const QueueCounts& counts) {
  json.begin_object()
      .field("enabled", settings.enabled)
      .field("maxActive", settings.max_active)
      .field("admissionsPerSecond", settings.admissions_per_second)
      .field("passRequired", settings.wants_pass)
      .field("tail", counts.tail)
      .field("front", counts.front)
      .field("waiting", counts.waiting)
      .field("active", counts.active)
      .end_object();
}

void add_concert_routes(Routes& routes) {
  routes.add("GET", "/api/v1/concerts", Needs::none, list).audience = Audience::both;
  routes.add("GET", "/api/v1/concerts/{concertId}", Needs::none, one).audience = Audience::both;
  routes.add("GET", "/api/v1/concerts/{concertId}/schedules", Needs::none, schedules).audience = Audience::both;
}

}  // namespace frontrow::http

// What is for sale, over HTTP.
#include "api/concert.hpp"

#include <fmt/format.h>

#include "api/routes.hpp"
#include "api/shared_pages.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr std::int64_t kMaxPage = 100;
constexpr std::int64_t kPage = 20;
constexpr Duration kKeptUnasked{30'000};

// What a concert's dates come to.
struct Dates {
  std::int64_t count = 0, available = 0;            // of those still on sale
  std::optional<TimePoint> next_start, last_start;  // of those still on sale; of all
};

Dates dates_of(const ConcertEntry& entry, TimePoint now) {
  Dates dates;
  for (const ScheduleEntry& date : entry.schedules) {
    const TimePoint start = date.schedule.starts_at;
    dates.last_start = std::max(dates.last_start.value_or(start), start);
    if (!is_on_sale(entry, date, now)) continue;
    dates.next_start = std::min(dates.next_start.value_or(start), start);
    dates.available += date.hall->available(now);
    ++dates.count;
  }
  return dates;
}

void write_concert(JsonWriter& json, const Api& api, const ConcertEntry& entry, const Dates& dates) {
  const Concert& concert = entry.concert;
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
      .field("availableSeats", dates.available)
      .end_object();
}

void write_schedule(JsonWriter& json, const ConcertEntry& concert, const ScheduleEntry& entry, std::int64_t available) {
  json.begin_object()
      .field("id", entry.schedule.id)
      .field("startsAt", entry.schedule.starts_at)
      .field("bookingOpensAt", concert.concert.booking.opens_at)
      .field("bookingClosesAt", concert.concert.booking.closes_at)
      .field("salesEndAt", sales_end(concert.concert, entry.schedule))
      .field("totalSeats", entry.schedule.seat_count)
      .field("availableSeats", available)
      .end_object();
}

// A date leaves the sale by time alone, and none comes back: their number says which are left.
SharedPages::Item item_of(const ConcertPtr& entry, const Dates& dates) {
  return {.of = entry, .number = dates.count, .other_number = dates.available};
}

struct Listed {
  std::vector<std::pair<ConcertPtr, Dates>> concerts;
  bool has_more = false;
};

// The page's concerts that are still on sale.
Listed listed(const CatalogPicture& picture, const ConcertPage& page, TimePoint now) {
  Listed list;
  for (auto at = picture.concerts.upper_bound(page.after); at != picture.concerts.end() && !list.has_more; ++at) {
    if (is_over(sales_end(*at->second), now)) continue;
    list.has_more = std::ssize(list.concerts) == page.limit;
    if (!list.has_more) list.concerts.emplace_back(at->second, dates_of(*at->second, now));
  }
  return list;
}

std::string render(const Api& api, const Listed& list) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("concerts").begin_array();
  for (const auto& [concert, dates] : list.concerts) write_concert(json, api, *concert, dates);
  std::optional<std::string> next;
  if (list.has_more) next = std::to_string(list.concerts.back().first->concert.id.value);
  json.end_array().field("nextCursor", next).end_object();
  return text;
}

auto list(RequestReader& in, SharedPages& pages) {
  const ConcertPage page = read_page(in, kPage);
  return [&in, &pages, page] {
    const TimePoint now = in.api.sale.clock.now();
    const Listed list = listed(*in.api.sale.catalog.picture(), page, now);
    SharedPages::Contents contents{{.of = {}, .number = list.has_more}};
    for (const auto& [concert, dates] : list.concerts) contents.push_back(item_of(concert, dates));
    const std::string name = fmt::format("concerts {} {}", page.limit, page.after.value);
    return pages.answer(SharedPages::asked_by(in.request), name, std::move(contents), now, [&] { return render(in.api, list); });
  };
}

auto one(RequestReader& in, SharedPages& pages) {
  return [&in, &pages, concert = in.concert(in.id<ConcertId>("concertId"))] {
    const TimePoint now = in.api.sale.clock.now();
    const Dates dates = dates_of(*concert, now);
    return pages.answer(SharedPages::asked_by(in.request),
                        fmt::format("concert {}", concert->concert.id.value),
                        {item_of(concert, dates)},
                        now,
                        [&] {
                          std::string text;
                          JsonWriter json(text);
                          write_concert(json, in.api, *concert, dates);
                          return text;
                        });
  };
}

auto schedules(RequestReader& in, SharedPages& pages) {
  QueryReader query = in.query();
  const bool available_only = query.optional_bool("availableOnly").value_or(false);
  const bool include_past = query.optional_bool("includePast").value_or(false);
  const ConcertPtr concert = in.concert(in.id<ConcertId>("concertId"));
  return [&in, &pages, available_only, include_past, concert] {
    const TimePoint now = in.api.sale.clock.now();
    SharedPages::Contents contents{{.of = concert}};
    std::vector<std::pair<const ScheduleEntry*, std::int64_t>> dates;
    for (const ScheduleEntry& date : concert->schedules) {
      if (!include_past && !is_on_sale(*concert, date, now)) continue;
      const std::int64_t available = date.hall->available(now);
      if (available_only && available == 0) continue;
      dates.emplace_back(&date, available);
      contents.push_back({.of = {}, .number = date.schedule.id.value, .other_number = available});
    }
    const std::string name = fmt::format("schedules {} {} {}", concert->concert.id.value, available_only, include_past);
    return pages.answer(SharedPages::asked_by(in.request), name, std::move(contents), now, [&] {
      std::string text;
      JsonWriter json(text);
      json.begin_object().field("concertId", concert->concert.id).key("schedules").begin_array();
      for (const auto& [date, available] : dates) write_schedule(json, *concert, *date, available);
      json.end_array().end_object();
      return text;
    });
  };
}

}  // namespace

ConcertPage read_page(RequestReader& in, std::int64_t limit) {
  QueryReader query = in.query();
  return {.limit = query.optional_int("limit", 1, kMaxPage).value_or(limit),
          .after = query.optional_id<ConcertId>("cursor").value_or(ConcertId{})};
}

SharedPages::Item item_of(const ConcertPtr& entry, TimePoint now) { return item_of(entry, dates_of(*entry, now)); }

void write_concert(JsonWriter& json, const Api& api, const ConcertEntry& entry, TimePoint now) {
  write_concert(json, api, entry, dates_of(entry, now));
}

void write_schedule(JsonWriter& json, const ConcertEntry& concert, const ScheduleEntry& entry, TimePoint now) {
  write_schedule(json, concert, entry, entry.hall->available(now));
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
  const auto pages = std::make_shared<SharedPages>();
  const auto add = [&](std::string_view path, auto read) {
    Route& route = routes.add("GET", path, Needs::none, [pages, read](RequestReader& in) { return read(in, *pages); });
    route.audience = Audience::both;
    route.has_etag = true;
  };
  add("/api/v1/concerts", [](RequestReader& in, SharedPages& shared) { return list(in, shared); });
  add("/api/v1/concerts/{concertId}", [](RequestReader& in, SharedPages& shared) { return one(in, shared); });
  add("/api/v1/concerts/{concertId}/schedules", [](RequestReader& in, SharedPages& shared) { return schedules(in, shared); });
  routes.forget_old = [&api = routes.api, pages, before = std::move(routes.forget_old)] {
    before();
    pages->forget(api.sale.clock.now() - kKeptUnasked);
  };
}

}  // namespace frontrow::http

// The administrator's side of concerts: put them on sale, change them, see how the sale goes.
#include <fmt/format.h>

#include "api/api.hpp"
#include "api/concert.hpp"
#include "api/time_zone.hpp"
#include "app/commands/concert.hpp"
#include "http/field_reader.hpp"
#include "http/query.hpp"

namespace frontrow::http {

namespace {

constexpr std::int64_t kMaxPage = 100;
constexpr std::size_t kMaxText = 300;
constexpr std::size_t kMaxSectionName = 50;
constexpr std::size_t kMaxSections = 1'000;
constexpr std::int64_t kMaxRows = 1'000;

// What a plan asks for, as text in one form: for the fingerprint of a request.
std::string canonical(const std::vector<SchedulePlan>& plans) {
  std::string text;
  for (const SchedulePlan& plan : plans) {
    text += fmt::format("@{}", plan.starts_at.time_since_epoch().count());
    for (const SectionPlan& section : plan.sections)
      text += fmt::format(
          "[{}:{} {}x{} {}]", section.name.size(), section.name, section.rows, section.seats_per_row, section.price.value);
  }
  return text;
}

std::string canonical(const ConcertPlan& plan) {
  const auto time = [](const std::optional<TimePoint>& at) { return at ? at->time_since_epoch().count() : -1; };
  // What a request may leave out is named only where it was said: fingerprints of before stay what they were.
  std::string more;
  if (!plan.time_zone.empty()) more += " in " + plan.time_zone;
  if (plan.sales_end_offset.count() != 0) more += fmt::format(" until {}", plan.sales_end_offset.count());
  return fmt::format("create {}:{} {}:{} {}:{} {} {} {} {} {} {}{}",
                     plan.title.size(),
                     plan.title,
                     plan.artist.size(),
                     plan.artist,
                     plan.venue.size(),
                     plan.venue,
                     time(plan.booking.opens_at),
                     time(plan.booking.closes_at),
                     plan.queue.enabled,
                     plan.queue.max_active,
                     plan.queue.admissions_per_second,
                     canonical(plan.schedules),
                     more);
}

// Absent or null: nothing.
std::optional<std::string> read_time_zone(FieldReader& in) {
  auto name = in.optional_string("timeZone", 1, kMaxTimeZone);
  if (name && !is_time_zone(*name)) in.fail("timeZone", "must be the name of a time zone like Asia/Seoul");
  return name;
}

std::optional<std::chrono::minutes> read_offset(FieldReader& in) {
  const auto minutes = in.optional_int("salesEndOffsetMinutes", kMinSalesEndOffset.count(), kMaxSalesEndOffset.count());
  return minutes ? std::optional{std::chrono::minutes{*minutes}} : std::nullopt;
}

SectionPlan read_section(FieldReader& in) {
  return {.name = in.required_string("name", 1, kMaxSectionName),
          .rows = static_cast<int>(in.required_int("rows", 1, kMaxRows)),
          .seats_per_row = static_cast<int>(in.required_int("seatsPerRow", 1, kMaxRows)),
          .price = {in.required_int("price", kMinAmount.value, kMaxAmount.value)}};
}

SchedulePlan read_schedule(FieldReader& in) {
  SchedulePlan plan{.starts_at = in.required_time("startsAt"), .sections = {}};
  if (in.has("seats") == in.has_some("sections")) {
    in.fail("seats", "exactly one of seats and sections must be given");
    return plan;
  }
  in.optional_object("seats", [&](FieldReader& seats) {
    plan.sections.push_back({.name = {},
                             .rows = 0,
                             .seats_per_row = static_cast<int>(seats.required_int("count", 1, kMaxSeatsPerSchedule)),
                             .price = {seats.required_int("price", kMinAmount.value, kMaxAmount.value)}});
  });
  in.objects("sections", 0, kMaxSections, [&](FieldReader& section) { plan.sections.push_back(read_section(section)); });
  return plan;
}

// How many more the concert may have is decided when they are made.
std::vector<SchedulePlan> read_schedules(FieldReader& in, FieldErrors& errors) {
  std::vector<SchedulePlan> plans;
  in.objects("schedules", 1, kMaxSchedulesPerConcert, [&](FieldReader& schedule) { plans.push_back(read_schedule(schedule)); });
  if (!errors.empty()) return plans;
  std::vector<FieldError> found;
  for (std::size_t i = 0; i < plans.size(); ++i) check_plan(plans[i], fmt::format("schedules[{}].", i), found);
  for (FieldError& error : found) errors.add(std::move(error.field), std::move(error.reason));
  return plans;
}

QueueSettings read_queue(FieldReader& in) {
  return {.enabled = in.required_bool("enabled"),
          .max_active = static_cast<int>(in.required_int("maxActive", 1, kMaxActiveLimit)),
          .admissions_per_second = static_cast<int>(in.required_int("admissionsPerSecond", 1, kMaxAdmissionsPerSecond))};
}

void write_made(JsonWriter& json, const Api& api, const MadeConcert& made) {
  json.key("schedules").begin_array();
  const auto picture = api.sale.catalog.picture();
  const ConcertEntry* concert = picture->find(made.id);
  for (int i = 0; i < made.schedule_count; ++i) {
    const ScheduleId id{made.first_schedule.value + i};  // taken in one go, so consecutive
    json.begin_object().field("id", id);
    // Null: made by another server a moment ago, and asked for again here.
    if (const ScheduleEntry* entry = concert == nullptr ? nullptr : concert->find(id))
      json.field("startsAt", entry->schedule.starts_at)
          .field("totalSeats", entry->seats->places().size())
          .field("firstSeatId", entry->seats->places().front().id);
    json.end_object();
  }
  json.end_array();
}

// Another server may have made it a moment ago: then its dates are not known here yet, and it is shown without them.
ConcertEntry entry_of(const Api& api, const Concert& concert) {
  const auto picture = api.sale.catalog.picture();
  const ConcertEntry* known = picture->find(concert.id);
  return known == nullptr ? ConcertEntry{.concert = concert, .schedules = {}, .queue = nullptr} : *known;
}

Response concert_response(const Api& api, const Concert& changed) {
  std::string body;
  JsonWriter json(body);
  write_concert(json, api, entry_of(api, changed), api.sale.clock.now());
  return Response::json(std::move(body));
}

void write_queue_state(JsonWriter& json, const QueueSettings& settings, const QueueCounts& counts) {
  json.begin_object()
      .field("enabled", settings.enabled)
      .field("maxActive", settings.max_active)
      .field("admissionsPerSecond", settings.admissions_per_second)
      .field("tail", counts.tail)
      .field("front", counts.front)
      .field("waiting", counts.waiting)
      .field("active", counts.active)
      .end_object();
}

// Of every state, on sale or not. Pages are cut by id, as those of buyers are.
void list(Api& api, const Request& request, Responder responder) {
  FieldErrors errors;
  QueryReader in(request.query(), errors);
  const auto limit = in.optional_int("limit", 1, kMaxPage).value_or(kMaxPage);
  const auto after = in.optional_int("cursor", 1, kMaxId).value_or(0);
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto picture = api.sale.catalog.picture();
  const TimePoint now = api.sale.clock.now();
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("concerts").begin_array();
  ConcertId last;
  std::int64_t shown = 0;
  auto at = picture->concerts.upper_bound({after});
  for (; at != picture->concerts.end() && shown < limit; ++at, ++shown) {
    const ConcertEntry& entry = *at->second;
    json.begin_object().key("concert");
    write_concert(json, api, entry, now);
    json.key("queue");
    write_queue_state(json, entry.concert.queue, entry.queue->counts());
    json.end_object();
    last = at->first;
  }
  json.end_array().key("nextCursor");
  if (at != picture->concerts.end())
    json.value(std::to_string(last.value));
  else
    json.null();
  json.end_object();
  std::move(responder).send(Response::json(std::move(body)));
}

void create(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  FieldErrors errors;
  FieldReader in(*json, errors);
  ConcertPlan plan{.title = in.required_string("title", 1, kMaxText),
                   .artist = in.optional_string("artist", 1, kMaxText).value_or(""),
                   .venue = in.optional_string("venue", 1, kMaxText).value_or(""),
                   .booking = {.opens_at = in.optional_time("bookingOpensAt"), .closes_at = in.optional_time("bookingClosesAt")},
                   .queue = api.sale.default_queue,
                   .schedules = {},
                   .time_zone = read_time_zone(in).value_or(""),
                   .sales_end_offset = read_offset(in).value_or(std::chrono::minutes{0})};
  in.optional_object("queue", [&](FieldReader& queue) { plan.queue = read_queue(queue); });
  plan.schedules = read_schedules(in, errors);
  std::vector<FieldError> booking_errors;
  check_booking(plan.booking, booking_errors);
  for (FieldError& error : booking_errors) errors.add(std::move(error.field), std::move(error.reason));
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  auto idempotent = Api::idempotent(request, {}, Operation::create_concert, canonical(plan));
  if (!idempotent) return std::move(responder).refuse(std::move(idempotent.error()));
  if (plan.time_zone.empty()) plan.time_zone = api.settings.default_time_zone;
  api.commit<CreateConcert>(
      std::move(responder),
      CommandClass::settle,
      [&](CreateConcert::Done done) {
        return std::make_unique<CreateConcert>(std::move(plan), std::move(*idempotent), std::move(done));
      },
      [&api](const MadeConcert& made) {
        std::string body;
        JsonWriter out(body);
        out.begin_object().field("id", made.id);
        write_made(out, api, made);
        out.field("replayed", made.is_replay).end_object();
        return Response::json(std::move(body), 201);
      });
}

void add_schedules(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  const auto concert = request.id<ConcertId>("concertId");
  FieldErrors errors;
  FieldReader in(*json, errors);
  auto plans = read_schedules(in, errors);
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  auto idempotent =
      Api::idempotent(request, {}, Operation::add_schedules, fmt::format("add {} {}", concert.value, canonical(plans)));
  if (!idempotent) return std::move(responder).refuse(std::move(idempotent.error()));
  api.commit<AddSchedules>(
      std::move(responder),
      CommandClass::settle,
      [&](AddSchedules::Done done) {
        return std::make_unique<AddSchedules>(concert, std::move(plans), std::move(*idempotent), std::move(done));
      },
      [&api](const MadeConcert& made) {
        std::string body;
        JsonWriter out(body);
        out.begin_object().field("concertId", made.id);
        write_made(out, api, made);
        out.field("replayed", made.is_replay).end_object();
        return Response::json(std::move(body), 201);
      });
}

// Absent stays, null clears.
void read_text(JsonView json, FieldReader& in, std::string_view name, std::optional<std::string>& text) {
  const auto field = json.find(name);
  if (field && field->is_null())
    text = "";
  else
    text = in.optional_string(name, 1, kMaxText);
}

void read_bound(JsonView json, FieldReader& in, std::string_view name, std::optional<std::optional<TimePoint>>& bound) {
  if (!json.find(name)) return;
  bound = in.optional_time(name);
}

void patch(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  FieldErrors errors;
  FieldReader in(*json, errors);
  ConcertPatch patch;
  if (json->find("title")) patch.title = in.required_string("title", 1, kMaxText);
  read_text(*json, in, "artist", patch.artist);
  read_text(*json, in, "venue", patch.venue);
  read_bound(*json, in, "bookingOpensAt", patch.opens_at);
  read_bound(*json, in, "bookingClosesAt", patch.closes_at);
  if (json->find("timeZone")) patch.time_zone = read_time_zone(in).value_or(api.settings.default_time_zone);
  if (json->find("salesEndOffsetMinutes")) patch.sales_end_offset = read_offset(in).value_or(std::chrono::minutes{0});
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto concert = request.id<ConcertId>("concertId");
  api.commit<PatchConcert>(
      std::move(responder),
      CommandClass::settle,
      [&](PatchConcert::Done done) { return std::make_unique<PatchConcert>(concert, std::move(patch), std::move(done)); },
      [&api](const Concert& changed) { return concert_response(api, changed); });
}

void set_queue(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  FieldErrors errors;
  FieldReader in(*json, errors);
  const QueueSettings settings = read_queue(in);
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto concert = request.id<ConcertId>("concertId");
  api.commit<PatchConcert>(
      std::move(responder),
      CommandClass::settle,
      [&](PatchConcert::Done done) {
        return std::make_unique<PatchConcert>(concert, ConcertPatch{.queue = settings}, std::move(done));
      },
      [&api](const Concert& changed) {
        std::string body;
        JsonWriter out(body);
        const auto queue = entry_of(api, changed).queue;
        write_queue_state(out, changed.queue, queue == nullptr ? QueueCounts{} : queue->counts());
        return Response::json(std::move(body));
      });
}

void remove(Api& api, const Request& request, Responder responder) {
  api.commit<DeleteConcert>(
      std::move(responder),
      CommandClass::settle,
      [&](DeleteConcert::Done done) {
        return std::make_unique<DeleteConcert>(request.id<ConcertId>("concertId"), std::move(done));
      },
      [](Nothing) { return Response::no_content(); });
}

void sales(Api& api, const Request& request, Responder responder) {
  const auto concert = request.id<ConcertId>("concertId");
  if (api.sale.catalog.picture()->find(concert) == nullptr)
    return std::move(responder).refuse({.code = ErrorCode::concert_not_found});
  api.read(
      std::move(responder),
      [concert](StoreReader& reader) { return reader.sales(concert); },
      [&api, concert](const SalesSummary& sales) -> Result<Response> {
        const auto picture = api.sale.catalog.picture();
        const ConcertEntry* known = picture->find(concert);
        if (known == nullptr) return refuse(ErrorCode::concert_not_found);  // deleted meanwhile
        const ConcertEntry& entry = *known;
        std::string body;
        JsonWriter json(body);
        json.begin_object()
            .field("concertId", concert)
            .field("seats", sales.seats)
            .field("held", sales.held)
            .field("sold", sales.sold)
            .field("reservations", sales.reservations)
            .field("confirmed", sales.confirmed)
            .field("expired", sales.expired)
            .field("cancelled", sales.cancelled)
            .field("revenue", sales.revenue.value)
            .key("queue");
        write_queue_state(json, entry.concert.queue, entry.queue->counts());
        json.end_object();
        return Response::json(std::move(body));
      });
}

}  // namespace

void add_concert_admin_routes(std::vector<Route>& routes, Api& api) {
  const auto add = [&](std::string_view method, std::string_view pattern, auto handler) {
    routes.push_back(
        {.method = method,
         .pattern = pattern,
         .needs = Needs::admin,
         .body_limit = BodyLimit::large,
         .handler = [&api, handler](const Request& request, Responder responder) { handler(api, request, std::move(responder)); }});
  };
  add("GET", "/api/v1/admin/concerts", list);
  add("POST", "/api/v1/admin/concerts", create);
  add("PATCH", "/api/v1/admin/concerts/{concertId}", patch);
  add("DELETE", "/api/v1/admin/concerts/{concertId}", remove);
  add("POST", "/api/v1/admin/concerts/{concertId}/schedules", add_schedules);
  add("PUT", "/api/v1/admin/concerts/{concertId}/queue", set_queue);
  add("GET", "/api/v1/admin/concerts/{concertId}/sales", sales);
}

}  // namespace frontrow::http

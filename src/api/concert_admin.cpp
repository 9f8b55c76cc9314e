// The administrator's side of concerts: put them on sale, change them, see how the sale goes.
#include <fmt/format.h>

#include "api/concert.hpp"
#include "api/concert_plan.hpp"
#include "api/routes.hpp"
#include "app/commands/draft.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr std::int64_t kPage = 100;

ConcertId read_id(RequestReader& in) { return in.id<ConcertId>("concertId"); }

auto list(RequestReader& in) {
  const ConcertPage page = read_page(in, kPage);
  return [&api = in.api, page] {
    const auto is_shown = [](const ConcertEntry&, TimePoint) { return true; };  // on sale or not
    return page_response(api, page, is_shown, [&](JsonWriter& json, const ConcertEntry& entry, TimePoint now) {
      json.begin_object().key("concert");
      write_concert(json, api, entry, now);
      json.key("queue");
      write_queue_state(json, entry.concert.queue, entry.queue->counts());
      json.end_object();
    });
  };
}

void write_made(JsonWriter& json, const MadeSchedule& made) {
  json.begin_object()
      .field("id", made.schedule.id)
      .field("startsAt", made.schedule.starts_at)
      .field("totalSeats", made.seats)
      .field("firstSeatId", made.first_seat)
      .end_object();
}

// A replay knows the ids only, and the catalogue the rest: not yet, if another server has made the dates a moment ago.
void write_made_before(JsonWriter& json, const Api& api, const MadeConcert& made) {
  const auto concert = api.concert(made.id);
  for (int i = 0; i < made.schedule_count; ++i) {
    const ScheduleId id{made.first_schedule.value + i};  // taken in one go, so consecutive
    if (const ScheduleEntry* entry = concert ? (*concert)->find(id) : nullptr)
      write_made(json, {entry->schedule, entry->schedule.seat_count, entry->schedule.first_seat});
    else
      json.begin_object().field("id", id).end_object();
  }
}

// `id_name`: how the answer calls the concert.
Response made_response(const Api& api, std::string_view id_name, const MadeConcert& made) {
  JsonBody json;
  json.begin_object().field(id_name, made.id).key("schedules").begin_array();
  for (const MadeSchedule& schedule : made.schedules) write_made(json, schedule);
  if (made.is_replay) write_made_before(json, api, made);
  json.end_array().field("replayed", made.is_replay).end_object();
  return json.response(201);
}

// A large hall is made in several commits.
template <class Render>
auto make(const RequestReader& in, Render render, NewDates dates) {
  Origin origin = in.origin();
  dates.by = std::move(origin.actor);
  dates.traceparent = std::move(origin.traceparent);
  return [&api = in.api, render = std::move(render), dates = std::move(dates)](Responder responder) mutable {
    if (api.sale.commits.is_full_for(CommandClass::settle)) return std::move(responder).refuse(refusal_of(CommitStatus::dropped));
    make_dates(api.sale.commits, std::move(dates), Api::answer<MadeConcert>(std::move(responder), std::move(render)));
  };
}

auto create(RequestReader& in) {
  ConcertPlan plan = read_concert_plan(in);
  auto idempotent = in.idempotent({}, Operation::create_concert, canonical(plan));
  if (plan.time_zone.empty()) plan.time_zone = in.api.settings.default_time_zone;
  const auto render = [&api = in.api](const MadeConcert& made) { return made_response(api, "id", made); };
  NewDates dates{
      .concert = std::nullopt, .added_to = {}, .schedules = std::move(plan.schedules), .idempotent = std::move(idempotent)};
  dates.concert = std::move(plan);
  return make(in, render, std::move(dates));
}

auto add_schedules(RequestReader& in) {
  FieldReader body = in.body();
  const ConcertId concert = read_id(in);
  auto plans = read_schedules(in, body);
  auto idempotent = in.idempotent({}, Operation::add_schedules, fmt::format("add {} {}", concert.value, canonical(plans)));
  const auto render = [&api = in.api](const MadeConcert& made) { return made_response(api, "concertId", made); };
  return make(
      in,
      render,
      NewDates{.concert = std::nullopt, .added_to = concert, .schedules = std::move(plans), .idempotent = std::move(idempotent)});
}

// Another server may have made the concert a moment ago: then its dates are not known here yet, and it is shown without them.
ConcertEntry entry_of(const Api& api, const Concert& concert) {
  const auto known = api.concert(concert.id);
  return known ? **known : ConcertEntry{.concert = concert, .schedules = {}, .queue = nullptr};
}

auto patch(RequestReader& in) {
  const auto render = [&api = in.api](const Concert& changed) {
    JsonBody json;
    write_concert(json, api, entry_of(api, changed), api.sale.clock.now());
    return json.response();
  };
  return in.commit<PatchConcert>(render, read_id(in), read_concert_patch(in));
}

auto set_queue(RequestReader& in) {
  FieldReader body = in.body();
  const auto render = [&api = in.api](const Concert& changed) {
    JsonBody json;
    const auto queue = entry_of(api, changed).queue;
    write_queue_state(json, changed.queue, queue == nullptr ? QueueCounts{} : queue->counts());
    return json.response();
  };
  ConcertPatch patch{.queue = read_queue_settings(body)};
  patch.wants_pass = read_pass_required(in, body);
  return in.commit<PatchConcert>(render, read_id(in), std::move(patch));
}

auto remove(RequestReader& in) {
  return in.commit<DeleteConcert>([](Nothing) { return Response::no_content(); }, read_id(in));
}

auto sales(RequestReader& in) {
  const ConcertId id = in.concert(read_id(in))->concert.id;
  return in.ask([id](StoreReader& reader) { return reader.sales(id); },
                [&api = in.api, id](const SalesSummary& sales) -> Result<Response> {
                  const auto known = api.concert(id);
                  if (!known) return std::unexpected(known.error());  // deleted meanwhile
                  JsonBody json;
                  json.begin_object()
                      .field("concertId", id)
                      .field("seats", sales.seats)
                      .field("held", sales.held)
                      .field("sold", sales.sold)
                      .field("reservations", sales.reservations)
                      .field("confirmed", sales.confirmed)
                      .field("expired", sales.expired)
                      .field("cancelled", sales.cancelled)
                      .field("revenue", sales.revenue.value)
                      .key("queue");
                  write_queue_state(json, (*known)->concert.queue, (*known)->queue->counts());
                  json.end_object();
                  return json.response();
                });
}

}  // namespace

void add_concert_admin_routes(Routes& routes) {
  routes.add("GET", "/api/v1/admin/concerts", Needs::admin, list, BodyLimit::large).role = Role::viewer;
  routes.add("POST", "/api/v1/admin/concerts", Needs::admin, create, BodyLimit::large).role = Role::manager;
  routes.add("PATCH", "/api/v1/admin/concerts/{concertId}", Needs::admin, patch, BodyLimit::large).role = Role::manager;
  routes.add("DELETE", "/api/v1/admin/concerts/{concertId}", Needs::admin, remove, BodyLimit::large).role = Role::manager;
  routes.add("POST", "/api/v1/admin/concerts/{concertId}/schedules", Needs::admin, add_schedules, BodyLimit::large).role =
      Role::manager;
  routes.add("PUT", "/api/v1/admin/concerts/{concertId}/queue", Needs::admin, set_queue, BodyLimit::large).role = Role::manager;
  routes.add("GET", "/api/v1/admin/concerts/{concertId}/sales", Needs::admin, sales, BodyLimit::large).role = Role::viewer;
}

}  // namespace frontrow::http

// The administrator's side of a schedule that is on sale: move it, give its seats other prices, its sections other names. Each is
// as good made twice, so none needs an Idempotency-Key. A schedule that another server made less than a second ago may not be known
// here yet: 404.
#include "api/concert.hpp"
#include "api/routes.hpp"
#include "app/commands/schedule.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kMaxLines = 100;
constexpr std::size_t kMaxNumbers = 1'000;
constexpr std::size_t kMaxSeatIds = 10'000;
constexpr std::size_t kMaxSectionName = 50;

struct Named {
  ConcertId concert;
  ScheduleId schedule;
  std::shared_ptr<Hall> hall;
};

// CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND.
Named read_named(RequestReader& in) {
  const auto concert = in.id<ConcertId>("concertId");
  const auto schedule = in.id<ScheduleId>("scheduleId");
  return {concert, schedule, in.schedule(*in.concert(concert), schedule).hall};
}

// `{concertId, scheduleId, version`, to be gone on with.
void begin_changed(JsonWriter& json, const Named& named) {
  json.begin_object().field("concertId", named.concert).field("scheduleId", named.schedule).field("version", named.hall->version());
}

auto patch(RequestReader& in) {
  FieldReader body = in.body();
  SchedulePatch patch;
  if (body.mentions("startsAt")) patch.starts_at = body.required_time("startsAt");
  const Named named = read_named(in);
  const auto render = [&api = in.api, named](const Schedule&) -> Result<Response> {
    const auto concert = api.concert(named.concert);
    if (!concert) return std::unexpected(concert.error());  // deleted meanwhile
    const ScheduleEntry* entry = (*concert)->find(named.schedule);
    if (entry == nullptr) return refuse(ErrorCode::schedule_not_found);
    JsonBody json;
    write_schedule(json, **concert, *entry, api.sale.clock.now());
    return json.response();
  };
  return in.commit<PatchSchedule>(render, named.concert, named.schedule, patch);
}

// Each once or more; none at all may be left out, but not said.
template <class Value>
std::vector<Value> read_some(FieldReader& in, std::string_view name, std::int64_t max, std::size_t most) {
  std::vector<Value> some;
  const auto given = in.optional_ints(name, 1, max, most);
  if (!given) return some;
  if (given->empty()) in.fail(name, "must name at least one, or be left out");
  for (const std::int64_t value : *given) some.push_back(static_cast<Value>(value));
  return some;
}

PriceLine read_line(FieldReader& in) {
  PriceLine line{.price = {in.required_int("price", kMinAmount.value, kMaxAmount.value)}};
  line.section = in.optional_string("section", 1, kMaxSectionName);
  line.rows = read_some<int>(in, "rows", kMaxSeatsPerSchedule, kMaxNumbers);
  line.numbers = read_some<int>(in, "numbers", kMaxSeatsPerSchedule, kMaxNumbers);
  line.seats = read_some<SeatId>(in, "seatIds", kMaxId, kMaxSeatIds);
  if (in.has("seatIds") && (in.has("section") || in.has("rows") || in.has("numbers")))
    in.fail("seatIds", "cannot be combined with section, rows or numbers");
  return line;
}

void write_changes(JsonWriter& json, const std::vector<PriceChange>& lines) {
  json.key("changes").begin_array();
  for (const PriceChange& line : lines)
    json.begin_object()
        .field("section", if_said(line.section))
        .field("from", line.from.value)
        .field("to", line.to.value)
        .field("seats", line.seats)
        .field("held", line.held)
        .field("sold", line.sold)
        .end_object();
  json.end_array();
}

auto reprice(RequestReader& in) {
  FieldReader body = in.body();
  std::vector<PriceLine> lines;
  body.objects("prices", 1, kMaxLines, [&](FieldReader& line) { lines.push_back(read_line(line)); });
  const Reprice how = body.optional_bool("dryRun").value_or(false) ? Reprice::only_look : Reprice::really;
  const Named named = read_named(in);
  const auto render = [named, how](const Repriced& repriced) {
    JsonBody json;
    begin_changed(json, named);
    json.field("seats", repriced.seats).field("changedSeats", repriced.changed).field("dryRun", how == Reprice::only_look);
    write_changes(json, repriced.lines);
    json.end_object();
    return json.response();
  };
  return [&api = in.api, named, how, render, lines = std::move(lines), origin = in.origin()](Responder responder) mutable {
    auto next = [&api, named, how, render, lines = std::move(lines), origin = std::move(origin)](
                    Responder back, const Halls::MapPtr& seats) mutable {
      auto prices = price_seats(*seats->sections(), seats->places(), lines);
      if (!prices) return std::move(back).refuse(std::move(prices.error()));
      api.commit<RepriceSeats>(
          std::move(back), CommandClass::settle, std::move(origin), render, named.concert, named.schedule, std::move(*prices), how);
    };
    api.with_seats(std::move(responder), named.hall, std::move(next));
  };
}

auto rename(RequestReader& in) {
  FieldReader body = in.body();
  const SectionName names{.section = body.required_string("section", 1, kMaxSectionName),
                          .name = body.required_string("name", 1, kMaxSectionName)};
  const Named named = read_named(in);
  const auto render = [named, name = names.name](Nothing) {
    JsonBody json;
    begin_changed(json, named);
    json.field("section", name).end_object();
    return json.response();
  };
  return in.commit<RenameSection>(render, named.concert, named.schedule, names);
}

}  // namespace

void add_schedule_admin_routes(Routes& routes) {
  routes.add("PATCH", "/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}", Needs::admin, patch, BodyLimit::large).role =
      Role::manager;
  routes.add("PATCH", "/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}/seats", Needs::admin, reprice, BodyLimit::large)
      .role = Role::manager;
  routes.add("PATCH", "/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}/sections", Needs::admin, rename, BodyLimit::large)
      .role = Role::manager;
}

}  // namespace frontrow::http

// The administrator's side of a schedule that is on sale: move it, give its seats other prices. Both are as good made twice, so
// neither needs an Idempotency-Key. A schedule that another server made less than a second ago may not be known here yet: 404.
#include "api/api.hpp"
#include "api/concert.hpp"
#include "app/commands/schedule.hpp"
#include "http/field_reader.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kMaxLines = 100;
constexpr std::size_t kMaxNumbers = 1'000;
constexpr std::size_t kMaxSeatIds = 10'000;
constexpr std::size_t kMaxSectionName = 50;

struct Named {
  ConcertId concert;
  ScheduleId schedule;
};

Named named_in(const Request& request) { return {request.id<ConcertId>("concertId"), request.id<ScheduleId>("scheduleId")}; }

// CONCERT_NOT_FOUND, SCHEDULE_NOT_FOUND.
Result<const ScheduleEntry*> find(const CatalogPicture& picture, const Named& named) {
  const ConcertEntry* concert = picture.find(named.concert);
  if (concert == nullptr) return refuse(ErrorCode::concert_not_found);
  const ScheduleEntry* schedule = concert->find(named.schedule);
  if (schedule == nullptr) return refuse(ErrorCode::schedule_not_found);
  return schedule;
}

void patch(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  FieldErrors errors;
  FieldReader in(*json, errors);
  SchedulePatch patch;
  if (json->find("startsAt")) patch.starts_at = in.required_time("startsAt");
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const Named named = named_in(request);
  if (const auto known = find(*api.sale.catalog.picture(), named); !known) return std::move(responder).refuse(known.error());
  api.commit<PatchSchedule>(
      std::move(responder),
      CommandClass::settle,
      [&](PatchSchedule::Done done) {
        return std::make_unique<PatchSchedule>(named.concert, named.schedule, patch, std::move(done));
      },
      [&api, named](const Schedule&) -> Result<Response> {
        const auto picture = api.sale.catalog.picture();
        const auto entry = find(*picture, named);
        if (!entry) return std::unexpected(entry.error());  // deleted meanwhile
        std::string body;
        JsonWriter out(body);
        write_schedule(out, *picture->find(named.concert), **entry, api.sale.clock.now());
        return Response::json(std::move(body));
      });
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
  for (const PriceChange& line : lines) {
    json.begin_object().key("section");
    if (line.section.empty())
      json.null();
    else
      json.value(line.section);
    json.field("from", line.from.value)
        .field("to", line.to.value)
        .field("seats", line.seats)
        .field("held", line.held)
        .field("sold", line.sold)
        .end_object();
  }
  json.end_array();
}

void reprice(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  FieldErrors errors;
  FieldReader in(*json, errors);
  std::vector<PriceLine> lines;
  in.objects("prices", 1, kMaxLines, [&](FieldReader& line) { lines.push_back(read_line(line)); });
  const Reprice how = in.optional_bool("dryRun").value_or(false) ? Reprice::only_look : Reprice::really;
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const Named named = named_in(request);
  const auto picture = api.sale.catalog.picture();
  const auto known = find(*picture, named);
  if (!known) return std::move(responder).refuse(known.error());
  const std::shared_ptr<SeatMap> seats = (*known)->seats;
  auto prices = price_seats(*seats->sections(), seats->places(), lines);
  if (!prices) return std::move(responder).refuse(std::move(prices.error()));
  api.commit<RepriceSeats>(
      std::move(responder),
      CommandClass::settle,
      [&](RepriceSeats::Done done) {
        return std::make_unique<RepriceSeats>(named.concert, named.schedule, std::move(*prices), how, std::move(done));
      },
      [&api, named, seats, how](const Repriced& repriced) {
        std::string body;
        JsonWriter out(body);
        out.begin_object()
            .field("concertId", named.concert)
            .field("scheduleId", named.schedule)
            .field("version", seats->stamp(api.sale.clock.now()).version)
            .field("seats", repriced.seats)
            .field("changedSeats", repriced.changed)
            .field("dryRun", how == Reprice::only_look);
        write_changes(out, repriced.lines);
        out.end_object();
        return Response::json(std::move(body));
      });
}

void rename(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  FieldErrors errors;
  FieldReader in(*json, errors);
  SectionName names{.section = in.required_string("section", 1, kMaxSectionName), .name = in.required_string("name", 1, kMaxSectionName)};
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const Named named = named_in(request);
  const auto picture = api.sale.catalog.picture();
  const auto known = find(*picture, named);
  if (!known) return std::move(responder).refuse(known.error());
  const std::shared_ptr<SeatMap> seats = (*known)->seats;
  api.commit<RenameSection>(
      std::move(responder),
      CommandClass::settle,
      [&](RenameSection::Done done) {
        return std::make_unique<RenameSection>(named.concert, named.schedule, names, std::move(done));
      },
      [&api, named, seats, name = names.name](Nothing) {
        std::string body;
        JsonWriter(body)
            .begin_object()
            .field("concertId", named.concert)
            .field("scheduleId", named.schedule)
            .field("version", seats->stamp(api.sale.clock.now()).version)
            .field("section", name)
            .end_object();
        return Response::json(std::move(body));
      });
}

}  // namespace

void add_schedule_admin_routes(std::vector<Route>& routes, Api& api) {
  const auto add = [&](std::string_view pattern, auto handler) {
    routes.push_back(
        {.method = "PATCH",
         .pattern = pattern,
         .needs = Needs::admin,
         .body_limit = BodyLimit::large,
         .handler = [&api, handler](const Request& request, Responder responder) { handler(api, request, std::move(responder)); }});
  };
  add("/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}", patch);
  add("/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}/seats", reprice);
  add("/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}/sections", rename);
}

}  // namespace frontrow::http

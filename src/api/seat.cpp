// The seat map over HTTP: whole (with ETag), only the free ones, or only what has changed since a version.
#include "api/routes.hpp"
#include "api/seat_map_bytes.hpp"
#include "http/conditional.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

namespace {

constexpr std::string_view kCacheControl = "private, no-cache";
constexpr Duration kKeptUnasked{30'000};
constexpr std::int64_t kMayLag = 1'000;  // versions, of some seconds, by which a server among several may be behind another

// `is_head`: of what has not been rendered yet, the length is not said.
Response seats_in(SeatMap& map, std::string_view instance, SeatMapBytes::View view, TimePoint now, bool is_head,
                  const Conditions& conditions) {
  const std::int64_t seats = std::ssize(map.places());
  view.gzip = view.gzip && SeatMapBytes::is_worth_gzip(seats);
  const bool is_conditional = conditions.if_match || conditions.if_none_match;
  Response response{.cache_control = kCacheControl};
  auto rendered = SeatMapBytes::recent(map, now, view);
  std::string etag;
  if (rendered == nullptr && (is_conditional || is_head)) etag = SeatMapBytes::of(map, instance).etag(now, view);
  if (is_conditional) response.status = status_under(conditions, rendered == nullptr ? etag : rendered->etag);
  if (response.status == 200 && rendered == nullptr) {
    SeatMapBytes& bytes = SeatMapBytes::of(map, instance);
    rendered = is_head ? bytes.find(now, view) : bytes.render(now, view);
  }
  response.headers = rendered == nullptr ? tag_lines(seats, etag) : rendered->lines;
  if (response.status != 200) return response;
  if (view.gzip) response.add_header("Content-Encoding", "gzip");
  response.is_unrendered = rendered == nullptr;
  if (rendered == nullptr) return response;
  response.parts = SharedParts(rendered, &rendered->parts);
  response.parts_size = rendered->size;
  return response;
}

// With the date and the end of the sale too: a page that follows the seats hears within one interval that the date was moved or the
// sale stopped. Not in the map itself, whose ETag knows seats only.
Response changes(const ScheduleEntry& entry, std::optional<TimePoint> closes_at, const SeatMapBytes::Changes& since) {
  Response response{.cache_control = kCacheControl};
  JsonWriter json(response.body);
  json.begin_object()
      .field("concertId", entry.schedule.concert)
      .field("scheduleId", entry.schedule.id)
      .field("startsAt", entry.schedule.starts_at)
      .field("bookingClosesAt", closes_at)
      .field("version", since.version)
      .field("availableSeats", since.available)
      .field("full", since.is_full)
      .key("seats");
  response.body += '[';
  response.parts = SharedParts(since.seats, &since.seats->parts);
  response.parts_size = since.seats->size;
  return response;
}

struct WantedSeats {
  std::optional<std::int64_t> since = {};
  std::optional<SeatStatus> status = {};
  bool accepts_gzip = false, is_head = false;
  Conditions conditions = {};
  ConcertPtr concert = {};
  ScheduleId schedule = {};
  Ticket ticket = {};  // not of the operator, who needs none
};

WantedSeats read_wanted(RequestReader& in) {
  QueryReader query = in.query();
  WantedSeats wanted{.since = query.optional_int("since", 0, kMaxId)};
  if (const auto status = query.optional_string("status", 1, 32)) {
    for (const SeatStatus known : {SeatStatus::available, SeatStatus::held, SeatStatus::sold})
      if (*status == name_of(known)) wanted.status = known;
    if (!wanted.status) in.errors.add("status", "must be AVAILABLE, TEMPORARILY_RESERVED or RESERVED");
  }
  if (wanted.since && wanted.status) in.errors.add("since", "cannot be combined with status");
  wanted.accepts_gzip = in.request.accepts_gzip();
  wanted.is_head = in.request.is_head();
  wanted.conditions = conditions_of(in.request);
  wanted.schedule = in.id<ScheduleId>("scheduleId");
  return wanted;
}

Result<Response> show(const Api& api, const ScheduleEntry& entry, SeatMap& map, const WantedSeats& wanted, TimePoint now) {
  if (wanted.since) {
    const std::int64_t may_lag = api.settings.instance.empty() ? 0 : kMayLag;
    if (wanted.is_head && *wanted.since <= map.stamp(now).complete() + may_lag)
      return Response{.cache_control = kCacheControl, .is_unrendered = true};
    auto since = SeatMapBytes::of(map, api.settings.instance).since(*wanted.since, now, may_lag);
    if (!since) return std::unexpected(std::move(since.error()));
    return changes(entry, wanted.concert->concert.booking.closes_at, *since);
  }
  const SeatMapBytes::View view{.only = wanted.status, .gzip = wanted.accepts_gzip};
  return seats_in(map, api.settings.instance, view, now, wanted.is_head, wanted.conditions);
}

// The conditions of a request that is gone when the answer is made.
class KeptConditions {
 public:
  explicit KeptConditions(const Conditions& seen) : if_match_(seen.if_match), if_none_match_(seen.if_none_match) {}
  Conditions view() const { return {.if_match = if_match_, .if_none_match = if_none_match_}; }

 private:
  std::optional<std::string> if_match_, if_none_match_;
};

// A condition that the head alone answers needs no map. Only where one server makes all versions its head knows all holds.
std::optional<Response> show_by_head(const Api& api, const ScheduleEntry& entry, const WantedSeats& wanted, TimePoint now) {
  const bool is_asked = wanted.is_head || wanted.conditions.if_match || wanted.conditions.if_none_match;
  if (!is_asked || wanted.since || !api.settings.instance.empty()) return {};
  const std::int64_t seats = entry.schedule.seat_count;
  const bool has_gzip = wanted.accepts_gzip && SeatMapBytes::is_worth_gzip(seats);
  const std::string etag = etag_of(entry.hall->head(now), {}, has_gzip);
  Response response{.status = status_under(wanted.conditions, etag), .cache_control = kCacheControl};
  if (response.status == 200 && !wanted.is_head) return {};
  response.headers = tag_lines(seats, etag);
  if (response.status != 200) return response;
  if (has_gzip) response.add_header("Content-Encoding", "gzip");
  response.is_unrendered = true;
  return response;
}

// `wanted` is kept only if the map must be read first.
void show_seats(const Api& api, WantedSeats&& wanted, TimePoint now, Responder&& responder) {
  const ScheduleEntry* entry = wanted.concert->find(wanted.schedule);
  if (entry == nullptr) return std::move(responder).refuse(Refusal{.code = ErrorCode::schedule_not_found});
  if (const auto map = entry->hall->map(now)) return respond(std::move(responder), show(api, *entry, *map, wanted, now));
  if (auto shown = show_by_head(api, *entry, wanted, now)) return std::move(responder).send(std::move(*shown));
  KeptConditions kept(wanted.conditions);
  api.with_seats(
      std::move(responder),
      entry->hall,
      [&api, entry, wanted = std::move(wanted), kept = std::move(kept)](Responder back, const Halls::MapPtr& map) mutable {
        wanted.conditions = kept.view();
        respond(std::move(back), show(api, *entry, *map, wanted, api.sale.clock.now()));
      });
}

void look(const Api& api, WantedSeats&& wanted, TimePoint now, Responder&& responder) {
  if (auto refusal = wanted.concert->queue->refuse_entry(wanted.ticket, Purpose::look, now, jitter()))
    return std::move(responder).refuse(std::move(*refusal));
  show_seats(api, std::move(wanted), now, std::move(responder));
}

auto seats(RequestReader& in) {
  const Ticket ticket = in.ticket_of_user();
  WantedSeats wanted = read_wanted(in);
  wanted.ticket = ticket;
  wanted.concert = in.concert_of(ticket, in.id<ConcertId>("concertId"), ErrorCode::concert_not_found);
  return [&api = in.api, wanted = std::move(wanted)](Responder responder) mutable {
    const TimePoint now = api.sale.clock.now();
    if (wanted.concert->queue->knows(wanted.ticket, Purpose::look, now))
      return look(api, std::move(wanted), now, std::move(responder));
    const auto queue = wanted.concert->queue;
    const Ticket shown = wanted.ticket;
    KeptConditions kept(wanted.conditions);
    auto next = [&api, wanted = std::move(wanted), kept = std::move(kept)](Responder known) mutable {
      wanted.conditions = kept.view();
      look(api, std::move(wanted), api.sale.clock.now(), std::move(known));
    };
    api.once_known(queue, shown, Purpose::look, std::move(responder), std::move(next));
  };
}

auto seats_for_admin(RequestReader& in) {
  WantedSeats wanted = read_wanted(in);
  wanted.concert = in.concert(in.id<ConcertId>("concertId"));
  return [&api = in.api, wanted = std::move(wanted)](Responder responder) mutable {
    show_seats(api, std::move(wanted), api.sale.clock.now(), std::move(responder));
  };
}

}  // namespace

void add_seat_routes(Routes& routes) {
  routes.forget_old = [&api = routes.api, before = std::move(routes.forget_old)] {
    before();
    api.sale.halls.tidy(api.sale.clock.now() - kKeptUnasked);
  };
  Route& map = routes.add("GET", "/api/v1/concerts/{concertId}/schedules/{scheduleId}/seats", Needs::ticket, seats);
  map.has_etag = true;
  map.traffic = Traffic::look;
  Route& for_operators =
      routes.add("GET", "/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}/seats", Needs::admin, seats_for_admin);
  for_operators.has_etag = true;
  for_operators.role = Role::viewer;
}

}  // namespace frontrow::http

// The seat map over HTTP: whole (with ETag), only the free ones, or only what has changed since a version.
#include "api/api.hpp"
#include "api/seat_map_bytes.hpp"
#include "http/conditional.hpp"
#include "http/json_writer.hpp"
#include "http/query.hpp"

namespace frontrow::http {

namespace {

constexpr std::string_view kCacheControl = "private, no-cache";
constexpr std::int64_t kMayLag = 1'000;  // versions, of some seconds, by which a server among several may be behind another

Response whole(SeatMapBytes& bytes, TimePoint now, bool accepts_gzip, const Conditions& conditions) {
  const bool may_vary = bytes.is_worth_gzip(), gzip = may_vary && accepts_gzip;
  const auto rendered = bytes.render(now, gzip);
  Response response{.cache_control = kCacheControl};
  response.add_header("ETag", rendered->etag);
  if (may_vary) response.add_header("Vary", "Accept-Encoding");
  response.status = status_under(conditions, rendered->etag);
  if (response.status != 200) return response;
  if (gzip) response.add_header("Content-Encoding", "gzip");
  response.parts = SharedParts(rendered, &rendered->parts);
  return response;
}

Response only(SeatMap& map, SeatStatus wanted, TimePoint now, std::string_view instance, const Conditions& conditions) {
  SeatMap::Cursor from_start;
  std::vector<SeatMap::Shown> seats;
  const SeatMap::Stamp stamp = map.read(now, from_start, seats);
  const std::string etag = etag_of(stamp, instance);
  Response response{.cache_control = kCacheControl};
  response.add_header("ETag", etag);
  response.status = status_under(conditions, etag);
  if (response.status != 200) return response;
  response.body = opening_of(map, stamp);
  const SeatMap::Sections sections = map.sections();
  bool is_first = true;
  for (const SeatMap::Shown& seat : seats) {
    if (seat.status != wanted) continue;
    if (!is_first) response.body += ',';
    is_first = false;
    append_seat(response.body, map, *sections, seat);
  }
  response.body += "]}";
  return response;
}

// With the date and the end of the sale too: a page that follows the seats hears within one interval that the date was moved or the sale
// stopped. Not in the map itself, whose ETag knows seats only.
Response changes(const ScheduleEntry& entry, std::optional<TimePoint> closes_at, const SeatMap::Since& since) {
  Response response{.cache_control = kCacheControl};
  JsonWriter json(response.body);
  json.begin_object()
      .field("concertId", entry.schedule.concert)
      .field("scheduleId", entry.schedule.id)
      .field("startsAt", entry.schedule.starts_at)
      .field("bookingClosesAt", closes_at)
      .field("version", since.version)
      .field("availableSeats", since.stamp.available)
      .field("full", since.is_full)
      .key("seats");
  response.body += '[';
  const SeatMap::Sections sections = entry.seats->sections();
  for (std::size_t i = 0; i < since.seats.size(); ++i) {
    if (i > 0) response.body += ',';
    append_seat(response.body, *entry.seats, *sections, since.seats[i]);
  }
  response.body += "]}";
  return response;
}

struct Wanted {
  std::optional<std::int64_t> since;
  std::optional<SeatStatus> status;
  bool accepts_gzip = false;
};

Result<Wanted> read_wanted(const Request& request) {
  FieldErrors errors;
  QueryReader in(request.query(), errors);
  Wanted wanted{.since = {}, .status = {}, .accepts_gzip = request.accepts_gzip()};
  wanted.since = in.optional_int("since", 0, kMaxId);
  if (const auto status = in.optional_string("status", 1, 32)) {
    for (const SeatStatus known : {SeatStatus::available, SeatStatus::held, SeatStatus::sold})
      if (*status == name_of(known)) wanted.status = known;
    if (!wanted.status) errors.add("status", "must be AVAILABLE, TEMPORARILY_RESERVED or RESERVED");
  }
  if (wanted.since && wanted.status) errors.add("since", "cannot be combined with status");
  if (!errors.empty()) return errors.refusal();
  return wanted;
}

Result<Response> show(const Api& api, SeatMapCache& cache, const ConcertEntry& concert, const ScheduleEntry& entry,
                      const Wanted& wanted, TimePoint now, const Conditions& conditions) {
  SeatMap& map = *entry.seats;
  if (wanted.since) {
    auto since = map.since(*wanted.since, now, api.settings.instance.empty() ? 0 : kMayLag);
    if (!since) return std::unexpected(std::move(since.error()));
    return changes(entry, concert.concert.booking.closes_at, *since);
  }
  if (wanted.status) return only(map, *wanted.status, now, api.settings.instance, conditions);
  return whole(cache.of(entry.seats), now, wanted.accepts_gzip, conditions);
}

struct Look {
  std::shared_ptr<const CatalogPicture> picture;
  const ConcertEntry* entry;
  Ticket ticket;
  ScheduleId schedule;
  Wanted wanted;
};

// Of a request that is gone when the answer is made.
class KeptConditions {
 public:
  explicit KeptConditions(const Conditions& seen) : if_match_(seen.if_match), if_none_match_(seen.if_none_match) {}
  Conditions view() const { return {.if_match = if_match_, .if_none_match = if_none_match_}; }

 private:
  std::optional<std::string> if_match_, if_none_match_;
};

void look(Api& api, SeatMapCache& cache, const Look& look, const Conditions& conditions, TimePoint now, Responder responder) {
  if (auto refusal = look.entry->queue->refuse_entry(look.ticket, Purpose::look, now, jitter()))
    return std::move(responder).refuse(std::move(*refusal));
  const ScheduleEntry* schedule = look.entry->find(look.schedule);
  if (schedule == nullptr) return std::move(responder).refuse({.code = ErrorCode::schedule_not_found});
  respond(std::move(responder), show(api, cache, *look.entry, *schedule, look.wanted, now, conditions));
}

void seats(Api& api, SeatMapCache& cache, const Request& request, Responder responder) {
  const auto ticket = api.ticket(request);
  if (!ticket) return std::move(responder).refuse(ticket.error());
  const auto wanted = read_wanted(request);
  if (!wanted) return std::move(responder).refuse(wanted.error());
  Look what{.picture = api.sale.catalog.picture(),
            .entry = nullptr,
            .ticket = *ticket,
            .schedule = request.id<ScheduleId>("scheduleId"),
            .wanted = *wanted};
  what.entry = what.picture->find(request.id<ConcertId>("concertId"));
  if (what.entry == nullptr) return std::move(responder).refuse(api.unknown_concert(*ticket, ErrorCode::concert_not_found));
  if (ticket->concert != what.entry->concert.id) return std::move(responder).refuse({.code = ErrorCode::queue_token_invalid});
  const Conditions conditions = conditions_of(request);
  const auto& queue = what.entry->queue;
  const TimePoint now = api.sale.clock.now();
  if (queue->knows(*ticket, now)) return look(api, cache, what, conditions, now, std::move(responder));
  api.once_known(queue,
                 *ticket,
                 std::move(responder),
                 [&api, &cache, what = std::move(what), kept = KeptConditions(conditions)](Responder known) {
                   look(api, cache, what, kept.view(), api.sale.clock.now(), std::move(known));
                 });
}

// The same for the operator, who needs no ticket.
void seats_for_admin(Api& api, SeatMapCache& cache, const Request& request, Responder responder) {
  const auto wanted = read_wanted(request);
  if (!wanted) return std::move(responder).refuse(wanted.error());
  const auto picture = api.sale.catalog.picture();
  const auto concert = request.id<ConcertId>("concertId");
  const ConcertEntry* entry = picture->find(concert);
  if (entry == nullptr) return std::move(responder).refuse({.code = ErrorCode::concert_not_found});
  const ScheduleEntry* schedule = entry->find(request.id<ScheduleId>("scheduleId"));
  if (schedule == nullptr) return std::move(responder).refuse({.code = ErrorCode::schedule_not_found});
  respond(std::move(responder), show(api, cache, *entry, *schedule, *wanted, api.sale.clock.now(), conditions_of(request)));
}

}  // namespace

void add_seat_routes(std::vector<Route>& routes, Api& api) {
  const auto cache = std::make_shared<SeatMapCache>(api.settings.instance);
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/concerts/{concertId}/schedules/{scheduleId}/seats",
                    .needs = Needs::ticket,
                    .handler = [&api, cache](const Request& request, Responder responder) {
                      seats(api, *cache, request, std::move(responder));
                    },
                    .has_etag = true});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/admin/concerts/{concertId}/schedules/{scheduleId}/seats",
                    .needs = Needs::admin,
                    .handler = [&api, cache](const Request& request, Responder responder) {
                      seats_for_admin(api, *cache, request, std::move(responder));
                    },
                    .has_etag = true});
}

}  // namespace frontrow::http

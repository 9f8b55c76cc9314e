// Holding seats over HTTP.
#include <fmt/format.h>

#include <algorithm>

#include "api/reservation.hpp"
#include "api/routes.hpp"
#include "app/commands/reservation.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

// A seat this long before its deadline may be refused from memory: no clock of ours is off by more.
constexpr Duration kSurely{1'000};
constexpr std::size_t kMaxSeatsNamed = 100;  // the sale's own limit is a refusal of its own
constexpr std::int64_t kMaxExpected = static_cast<std::int64_t>(kMaxSeatsNamed) * kMaxAmount.value;

struct HoldBody {
  std::optional<UserId> user;
  ScheduleId schedule;
  std::vector<SeatId> seats;
  bool is_single = false;  // asked by seatId, so answered with one too
  std::optional<Points> expected = {};
};

HoldBody read_body(RequestReader& in) {
  FieldReader fields = in.body();
  HoldBody body{
      .user = fields.optional_id<UserId>("userId"), .schedule = fields.required_id<ScheduleId>("scheduleId"), .seats = {}};
  body.is_single = fields.has("seatId");
  if (body.is_single ? fields.has_some("seatIds") : !fields.has("seatIds")) {
    fields.fail("seatId", "exactly one of seatId and seatIds must be given");
    return body;
  }
  if (body.is_single) {
    body.seats.push_back(fields.required_id<SeatId>("seatId"));
  } else if (const auto ids = fields.optional_ints("seatIds", 1, kMaxId, kMaxSeatsNamed)) {
    if (ids->empty() && in.errors.empty()) fields.fail("seatIds", "must name at least one seat");
    for (const std::int64_t id : *ids) {
      if (std::ranges::find(body.seats, SeatId{id}) != body.seats.end()) fields.fail("seatIds", "must not name a seat twice");
      body.seats.push_back({id});
    }
  }
  if (const auto expected = fields.optional_int("expectedAmount", kMinAmount.value, kMaxExpected))
    body.expected = Points{*expected};
  return body;
}

std::string canonical(ConcertId concert, const HoldBody& body) {
  std::string text = fmt::format("hold {} {} ", concert.value, body.schedule.value);
  for (const SeatId seat : body.seats) text += fmt::format("{},", seat.value);
  if (body.expected) text += fmt::format(" for {}", body.expected->value);
  return text;
}

Response hold_response(const HoldOutcome& outcome, const SeatLabels& labels, bool is_single) {
  JsonBody json;
  json.begin_object();
  write_fields(json, labels, outcome.reservation, outcome.reservation.status, is_single);
  json.field("seatsLeftForUser", outcome.seats_left_for_user).field("replayed", outcome.is_replay).end_object();
  return json.response(outcome.is_new ? 201 : 200);
}

// Refusals that are certain from memory, so that the losers of a rush do not queue for a commit. Never for a request that may be a
// repeat: those have a key, or the user holds the seats already, and are answered by the command. Without a map in memory there are
// no such refusals: it is not read for them.
std::optional<Refusal> refuse_at_the_door(const HoldRequest& hold, const ConcertEntry& concert, TimePoint now) {
  const ScheduleEntry* date = concert.find(hold.schedule);
  if (hold.idempotent || date == nullptr) return {};
  const auto map = date->hall->map(now);
  if (map == nullptr || map->is_held_by(hold.user, hold.seats)) return {};
  if (hold.entry_refusal) return hold.entry_refusal;
  if (refuse_sale(concert.concert, date->schedule, now)) return {};
  const auto in_this_map = [&](SeatId seat) { return map->place(seat) != nullptr; };
  if (!std::ranges::all_of(hold.seats, in_this_map)) return {};
  auto taken = map->surely_taken(hold.seats, hold.user, now, kSurely);
  if (taken.empty()) return {};
  return Refusal{.code = ErrorCode::seat_already_reserved, .seat_ids = std::move(taken)};
}

struct WantedHold {
  Ticket ticket;
  ConcertPtr concert;
  HoldRequest hold;
  bool is_single;
  std::string traceparent;
};

// Once the queue knows the ticket.
void hold_if_let_in(const Api& api, WantedHold wanted, Responder responder) {
  const Sale& sale = api.sale;
  const TimePoint now = sale.clock.now();
  HoldRequest& hold = wanted.hold;
  hold.entry_refusal = hold.queue->refuse_entry(wanted.ticket, Purpose::hold, now, jitter());
  if (auto refusal = refuse_at_the_door(hold, *wanted.concert, now)) {
    sale.metrics.holds_refused.Increment();
    sale.metrics.reservation_success.record(false);
    return std::move(responder).refuse(std::move(*refusal));
  }
  const auto render = [&api, is_single = wanted.is_single](Responder back, HoldOutcome outcome) {
    const auto show = [is_single](const HoldOutcome& held, const SeatLabels& labels) {
      return hold_response(held, labels, is_single);
    };
    with_labels(api, std::move(back), std::move(outcome), show);
  };
  api.commit<HoldSeats>(
      std::move(responder), CommandClass::hold, std::move(wanted.traceparent), render, std::move(hold), sale.holds, sale.metrics);
}

auto hold(RequestReader& in) {
  const Ticket ticket = in.ticket_of_user();
  HoldBody body = read_body(in);
  in.require(!body.user || *body.user == ticket.user, ErrorCode::forbidden);
  const auto id = in.id<ConcertId>("concertId");
  const ConcertPtr concert = in.concert_of(ticket, id, ErrorCode::concert_not_found);
  auto idempotent = in.idempotent(ticket.user, Operation::hold, canonical(id, body));
  WantedHold wanted{.ticket = ticket,
                    .concert = concert,
                    .hold = {.user = ticket.user,
                             .concert = id,
                             .schedule = body.schedule,
                             .seats = std::move(body.seats),
                             .ticket = ticket.number,
                             .entry_refusal = {},
                             .idempotent = std::move(idempotent),
                             .queue = concert->queue,
                             .expected = body.expected},
                    .is_single = body.is_single,
                    .traceparent = std::string{in.request.traceparent()}};
  return [&api = in.api, ticket, queue = concert->queue, wanted = std::move(wanted)](Responder responder) mutable {
    api.once_known(queue, ticket, Purpose::hold, std::move(responder), [&api, wanted = std::move(wanted)](Responder known) mutable {
      hold_if_let_in(api, std::move(wanted), std::move(known));
    });
  };
}

}  // namespace

void add_reservation_hold_routes(Routes& routes) {
  routes.add("POST", "/api/v1/concerts/{concertId}/reservations", Needs::ticket, hold).traffic = Traffic::hold;
}

}  // namespace frontrow::http

// Holding seats, looking at holds and giving them back, over HTTP.
#include "api/reservation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/api.hpp"
#include "api/seat_map_bytes.hpp"
#include "app/commands/reservation.hpp"
#include "http/query.hpp"

namespace frontrow::http {

namespace {

// A seat this long before its deadline may be refused from memory: no clock of ours is off by more.
constexpr Duration kSurely{1'000};
constexpr int kPage = 50;

struct HoldBody {
  std::optional<UserId> user;
  ScheduleId schedule;
  std::vector<SeatId> seats;
  bool is_single = false;  // asked by seatId, so answered with one too
  std::optional<Points> expected = {};
};

constexpr std::size_t kMaxSeatsNamed = 100;  // the sale's own limit is a refusal of its own
constexpr std::int64_t kMaxExpected = static_cast<std::int64_t>(kMaxSeatsNamed) * kMaxAmount.value;

Result<HoldBody> read_hold(JsonView json) {
  FieldErrors errors;
  FieldReader in(json, errors);
  HoldBody body;
  body.user = in.optional_id<UserId>("userId");
  body.schedule = in.required_id<ScheduleId>("scheduleId");
  body.is_single = in.has("seatId");
  if (body.is_single ? in.has_some("seatIds") : !in.has("seatIds")) {
    in.fail("seatId", "exactly one of seatId and seatIds must be given");
    return errors.refusal();
  }
  if (body.is_single) {
    body.seats.push_back(in.required_id<SeatId>("seatId"));
  } else if (const auto ids = in.optional_ints("seatIds", 1, kMaxId, kMaxSeatsNamed)) {
    if (ids->empty() && errors.empty()) in.fail("seatIds", "must name at least one seat");
    for (const std::int64_t id : *ids) {
      if (std::ranges::find(body.seats, SeatId{id}) != body.seats.end()) in.fail("seatIds", "must not name a seat twice");
      body.seats.push_back({id});
    }
  }
  if (const auto expected = in.optional_int("expectedAmount", kMinAmount.value, kMaxExpected)) body.expected = Points{*expected};
  if (!errors.empty()) return errors.refusal();
  return body;
}

std::string joined(const std::vector<SeatId>& seats) {
  std::string text;
  for (const SeatId seat : seats) text += fmt::format("{},", seat.value);
  return text;
}

Response hold_response(const CatalogPicture& picture, const HoldOutcome& outcome, bool is_single) {
  const Reservation& held = outcome.reservation;
  std::string body;
  JsonWriter json(body);
  json.begin_object()
      .field("reservationId", held.id)
      .field("userId", held.user)
      .field("concertId", held.concert)
      .field("scheduleId", held.schedule);
  if (is_single) json.field("seatId", held.seats.front().id);
  write_seats(json, picture, held);
  json.field("amount", held.amount.value)
      .field("status", name_of(held.status))
      .field("temporaryExpiresAt", held.expires_at)
      .field("createdAt", held.created_at)
      .field("seatsLeftForUser", outcome.seats_left_for_user)
      .field("replayed", outcome.is_replay)
      .end_object();
  return Response::json(std::move(body), outcome.is_new ? 201 : 200);
}

// Refusals that are certain from memory, so that the losers of a rush do not queue for a commit. Never for a request that may be a
// repeat: those have a key, or the user holds the seats already, and are answered by the command.
std::optional<Refusal> refuse_at_the_door(const HoldRequest& hold, const CatalogPicture& picture, TimePoint now) {
  if (hold.idempotent) return {};
  SeatMap* map = picture.find(hold.schedule);
  if (map == nullptr || map->is_held_by(hold.user, hold.seats)) return {};
  if (hold.entry_refusal) return hold.entry_refusal;
  const ConcertEntry* entry = picture.find(hold.concert);
  const ScheduleEntry* date = entry->find(hold.schedule);
  if (date == nullptr || refuse_sale(entry->concert, date->schedule, now)) return {};
  const auto in_this_map = [&](SeatId seat) { return map->place(seat) != nullptr; };
  if (!std::ranges::all_of(hold.seats, in_this_map)) return {};
  auto taken = map->surely_taken(hold.seats, hold.user, now, kSurely);
  if (taken.empty()) return {};
  return Refusal{.code = ErrorCode::seat_already_reserved, .seat_ids = std::move(taken)};
}

struct Asked {
  bool is_single;
  std::string traceparent;
};

void hold_if_let_in(Api& api, HoldRequest wanted, const CatalogPicture& picture, Asked asked, Responder responder) {
  if (auto refusal = refuse_at_the_door(wanted, picture, api.sale.clock.now())) {
    api.sale.metrics.holds_refused.Increment();
    api.sale.metrics.reservation_success.record(false);
    return std::move(responder).refuse(std::move(*refusal));
  }
  api.commit<HoldSeats>(
      std::move(responder),
      CommandClass::hold,
      [&](HoldSeats::Done done) {
        auto command = std::make_unique<HoldSeats>(std::move(wanted), api.sale.holds, api.sale.metrics, std::move(done));
        command->traceparent = std::move(asked.traceparent);
        return command;
      },
      [&api, is_single = asked.is_single](HoldOutcome outcome) {
        return hold_response(*api.sale.catalog.picture(), outcome, is_single);
      });
}

void hold(Api& api, const Request& request, Responder responder) {
  const auto ticket = api.ticket_of_user(request);
  if (!ticket) return std::move(responder).refuse(ticket.error());
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  auto body = read_hold(*json);
  if (!body) return std::move(responder).refuse(std::move(body.error()));
  if (body->user && *body->user != ticket->user) return std::move(responder).refuse({.code = ErrorCode::forbidden});
  const auto concert = request.id<ConcertId>("concertId");
  const auto picture = api.sale.catalog.picture();
  const ConcertEntry* entry = picture->find(concert);
  if (entry == nullptr) return std::move(responder).refuse(api.unknown_concert(*ticket, ErrorCode::concert_not_found));
  if (ticket->concert != concert) return std::move(responder).refuse({.code = ErrorCode::queue_token_invalid});
  auto canonical = fmt::format("hold {} {} {}", concert.value, body->schedule.value, joined(body->seats));
  if (body->expected) canonical += fmt::format(" for {}", body->expected->value);
  auto idempotent = Api::idempotent(request, ticket->user, Operation::hold, canonical);
  if (!idempotent) return std::move(responder).refuse(std::move(idempotent.error()));
  HoldRequest wanted{.user = ticket->user,
                     .concert = concert,
                     .schedule = body->schedule,
                     .seats = std::move(body->seats),
                     .ticket = ticket->number,
                     .entry_refusal = {},
                     .idempotent = std::move(*idempotent),
                     .queue = entry->queue,
                     .expected = body->expected};
  api.once_known(entry->queue,
                 *ticket,
                 std::move(responder),
                 [&api,
                  picture,
                  ticket = *ticket,
                  wanted = std::move(wanted),
                  asked = Asked{body->is_single, std::string{request.traceparent()}}](Responder known) mutable {
                   wanted.entry_refusal = wanted.queue->refuse_entry(ticket, Purpose::hold, api.sale.clock.now(), jitter());
                   hold_if_let_in(api, std::move(wanted), *picture, std::move(asked), std::move(known));
                 });
}

void write_reservation(JsonWriter& json, const CatalogPicture& picture, const Reservation& reservation) {
  json.begin_object()
      .field("reservationId", reservation.id)
      .field("userId", reservation.user)
      .field("concertId", reservation.concert)
      .field("scheduleId", reservation.schedule);
  write_seats(json, picture, reservation);
  json.field("amount", reservation.amount.value)
      .field("status", name_of(reservation.status))
      .field("temporaryExpiresAt", reservation.expires_at)
      .field("createdAt", reservation.created_at)
      .end_object();
}

void settle(Reservation& reservation, TimePoint now) { reservation.status = reservation.status_at(now); }

using Before = std::optional<std::pair<TimePoint, ReservationId>>;

// "<created, ms>-<id>" of the last one shown.
Result<Before> read_cursor(std::optional<std::string_view> cursor) {
  if (!cursor) return Before{};
  const auto dash = cursor->find('-');
  const auto created = parse_integer(cursor->substr(0, dash));
  const auto id = dash == std::string_view::npos ? std::nullopt : parse_integer(cursor->substr(dash + 1));
  if (!created || !id)
    return refuse(Refusal{.code = ErrorCode::validation_failed, .errors = {{"cursor", "is not a nextCursor of this list"}}});
  return Before{{TimePoint{Duration{*created}}, ReservationId{*id}}};
}

struct Page {
  std::optional<UserId> named;
  Before before;
  int limit = kPage;
};

Result<Page> read_page(const Request& request) {
  FieldErrors errors;
  QueryReader in(request.query(), errors);
  Page page{.named = in.optional_id<UserId>("userId"),
            .before = {},
            .limit = static_cast<int>(in.optional_int("limit", 1, 100).value_or(kPage))};
  const auto cursor_text = in.optional_string("cursor", 1, 64);
  if (!errors.empty()) return errors.refusal();
  const auto before = read_cursor(cursor_text);
  if (!before) return std::unexpected(before.error());
  page.before = *before;
  return page;
}

void answer_list(Api& api, Responder responder, UserId user, const Page& page) {
  api.read(
      std::move(responder),
      [user, before = page.before, limit = page.limit](StoreReader& reader) {
        return reader.reservations_of(user, before, limit + 1);
      },
      [&api, limit = page.limit](std::vector<Reservation> reservations) -> Result<Response> {
        const bool has_more = static_cast<int>(reservations.size()) > limit;
        if (has_more) reservations.pop_back();
        std::string body;
        JsonWriter json(body);
        const auto picture = api.sale.catalog.picture();
        json.begin_object().key("reservations").begin_array();
        for (Reservation& reservation : reservations) {
          settle(reservation, api.sale.clock.now());
          write_reservation(json, *picture, reservation);
        }
        json.end_array().key("nextCursor");
        if (has_more) {
          const Reservation& last = reservations.back();
          json.value(fmt::format("{}-{}", last.created_at.time_since_epoch().count(), last.id.value));
        } else {
          json.null();
        }
        json.end_object();
        return Response::json(std::move(body));
      });
}

void list(Api& api, const Request& request, Responder responder) {
  const auto page = read_page(request);
  if (!page) return std::move(responder).refuse(page.error());
  const auto user = api.ticket_or_user(request, page->named);
  if (!user) return std::move(responder).refuse(user.error());
  answer_list(api, std::move(responder), *user, *page);
}

void one(Api& api, const Request& request, Responder responder) {
  FieldErrors errors;
  const auto named = QueryReader(request.query(), errors).optional_id<UserId>("userId");
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto user = api.ticket_or_user(request, named);
  if (!user) return std::move(responder).refuse(user.error());
  api.read(
      std::move(responder),
      [id = request.id<ReservationId>("reservationId")](StoreReader& reader) { return reader.reservation(id); },
      [&api, user = *user](std::optional<Reservation> reservation) -> Result<Response> {
        if (!reservation || reservation->user != user) return refuse(ErrorCode::reservation_not_found);
        settle(*reservation, api.sale.clock.now());
        std::string body;
        JsonWriter json(body);
        write_reservation(json, *api.sale.catalog.picture(), *reservation);
        return Response::json(std::move(body));
      });
}

// For the operator: anybody's.

void list_of_user(Api& api, const Request& request, Responder responder) {
  const auto page = read_page(request);
  if (!page) return std::move(responder).refuse(page.error());
  if (!page->named)
    return std::move(responder).refuse({.code = ErrorCode::validation_failed, .errors = {{"userId", "is required"}}});
  answer_list(api, std::move(responder), *page->named, *page);
}

struct WithPayment {
  std::optional<Reservation> reservation;
  std::optional<Payment> payment;
};

void one_with_payment(Api& api, const Request& request, Responder responder) {
  api.read(
      std::move(responder),
      [id = request.id<ReservationId>("reservationId")](StoreReader& reader) {
        WithPayment found{.reservation = reader.reservation(id), .payment = {}};
        if (found.reservation) found.payment = reader.payment_of(id);
        return found;
      },
      [&api](WithPayment found) -> Result<Response> {
        if (!found.reservation) return refuse(ErrorCode::reservation_not_found);
        settle(*found.reservation, api.sale.clock.now());
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("reservation");
        write_reservation(json, *api.sale.catalog.picture(), *found.reservation);
        json.key("payment");
        if (const auto& payment = found.payment)
          json.begin_object()
              .field("paymentId", payment->id)
              .field("amount", payment->amount.value)
              .field("balance", payment->balance.value)
              .field("paidAt", payment->paid_at)
              .end_object();
        else
          json.null();
        json.end_object();
        return Response::json(std::move(body));
      });
}

void cancel(Api& api, const Request& request, Responder responder) {
  FieldErrors errors;
  const auto named = QueryReader(request.query(), errors).optional_id<UserId>("userId");
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto user = api.ticket_or_user(request, named);
  if (!user) return std::move(responder).refuse(user.error());
  api.commit<CancelReservation>(
      std::move(responder),
      CommandClass::settle,
      [&](CancelReservation::Done done) {
        auto command = std::make_unique<CancelReservation>(*user, request.id<ReservationId>("reservationId"), std::move(done));
        command->traceparent = request.traceparent();
        return command;
      },
      [](Nothing) { return Response::no_content(); });
}

}  // namespace

std::string_view name_of(ReservationStatus status) {
  switch (status) {
    case ReservationStatus::held: return "TEMPORARY";
    case ReservationStatus::confirmed: return "CONFIRMED";
    case ReservationStatus::expired: return "EXPIRED";
    case ReservationStatus::cancelled: return "CANCELLED";
  }
  return "";
}

void write_seats(JsonWriter& json, const CatalogPicture& picture, const Reservation& reservation) {
  const SeatMap* map = picture.find(reservation.schedule);  // null: of a date that this server has not heard of yet
  const SeatMap::Sections sections = map == nullptr ? nullptr : map->sections();
  json.key("seats").begin_array();
  for (const ReservedSeat& seat : reservation.seats) {
    json.begin_object().field("seatId", seat.id).field("number", seat.number);
    if (map != nullptr)
      write_place(json, *sections, *map->place(seat.id));
    else
      json.key("section").null().key("row").null();
    json.field("price", seat.price.value).end_object();
  }
  json.end_array();
}

void add_reservation_routes(std::vector<Route>& routes, Api& api) {
  const auto bind = [&api](auto handler) {
    return [&api, handler](const Request& request, Responder responder) { handler(api, request, std::move(responder)); };
  };
  routes.push_back(
      {.method = "POST", .pattern = "/api/v1/concerts/{concertId}/reservations", .needs = Needs::ticket, .handler = bind(hold)});
  routes.push_back(
      {.method = "GET", .pattern = "/api/v1/admin/reservations", .needs = Needs::admin, .handler = bind(list_of_user)});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/admin/reservations/{reservationId}",
                    .needs = Needs::admin,
                    .handler = bind(one_with_payment)});
  routes.push_back({.method = "GET", .pattern = "/api/v1/reservations", .handler = bind(list)});
  routes.push_back({.method = "GET", .pattern = "/api/v1/reservations/{reservationId}", .handler = bind(one)});
  routes.push_back({.method = "DELETE", .pattern = "/api/v1/reservations/{reservationId}", .handler = bind(cancel)});
}

}  // namespace frontrow::http

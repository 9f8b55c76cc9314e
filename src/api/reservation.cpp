// Looking at holds and reservations and giving them back, over HTTP.
#include "api/reservation.hpp"

#include <fmt/format.h>

#include "api/routes.hpp"
#include "app/commands/reservation.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr int kPage = 50;

std::string_view name_of(ReservationStatus status) {
  switch (status) {
    case ReservationStatus::held: return "TEMPORARY";
    case ReservationStatus::confirmed: return "CONFIRMED";
    case ReservationStatus::expired: return "EXPIRED";
    case ReservationStatus::cancelled: return "CANCELLED";
  }
  return "";
}

// In the state of this moment: a hold may be over that nothing has recorded yet.
void write_reservation(JsonWriter& json, const Api& api, const SeatLabels& labels, const Reservation& reservation) {
  json.begin_object();
  write_fields(json, labels, reservation, reservation.status_at(api.sale.clock.now()));
  json.end_object();
}

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
  int limit;
  Before before = {};
};

Page read_page(RequestReader& in) {
  QueryReader query = in.query();
  Page page{.named = query.optional_id<UserId>("userId"),
            .limit = static_cast<int>(query.optional_int("limit", 1, 100).value_or(kPage))};
  const auto cursor = query.optional_string("cursor", 1, 64);
  page.before = in.take([&] { return read_cursor(cursor); });
  return page;
}

// Read together, on a reader's thread.
struct Labelled {
  std::vector<Reservation> reservations;
  SeatLabels labels = {};
};

Labelled labelled(const Api& api, StoreReader& reader, std::vector<Reservation> reservations) {
  Labelled found{.reservations = std::move(reservations)};
  const auto picture = api.sale.catalog.picture();
  for (const Reservation& reservation : found.reservations) found.labels.find(*picture, reservation);
  if (!found.labels.is_complete()) found.labels.read(reader);
  return found;
}

auto page_of(const RequestReader& in, UserId user, const Page& page) {
  return in.ask(
      [&api = in.api, user, page](StoreReader& reader) {
        return labelled(api, reader, reader.reservations_of(user, page.before, page.limit + 1));
      },
      [&api = in.api, limit = page.limit](Labelled found) {
        std::vector<Reservation>& reservations = found.reservations;
        const bool has_more = static_cast<int>(reservations.size()) > limit;
        if (has_more) reservations.pop_back();
        JsonBody json;
        json.begin_object().key("reservations").begin_array();
        for (const Reservation& reservation : reservations) write_reservation(json, api, found.labels, reservation);
        std::optional<std::string> next;
        if (has_more) {
          const Reservation& last = reservations.back();
          next = fmt::format("{}-{}", last.created_at.time_since_epoch().count(), last.id.value);
        }
        json.end_array().field("nextCursor", next).end_object();
        return json.response();
      });
}

auto list(RequestReader& in) {
  const Page page = read_page(in);
  return page_of(in, in.ticket_or_user(page.named), page);
}

// For the operator: anybody's.
auto list_of_user(RequestReader& in) {
  const Page page = read_page(in);
  return page_of(in, in.named_user(page.named), page);
}

// For the operator: all that have seats of a date now.
auto list_of_date(RequestReader& in) {
  constexpr int kMostOfDate = 1'000;
  const auto id = in.id<ScheduleId>("scheduleId");
  QueryReader query = in.query();
  const ReservationId after{query.optional_int("after", 0, kMaxId).value_or(0)};
  const auto limit = static_cast<int>(query.optional_int("limit", 1, kMostOfDate).value_or(2 * kPage));
  in.require(in.api.sale.catalog.picture()->find(id) != nullptr, ErrorCode::schedule_not_found, "There is no such schedule.");
  return in.ask([&api = in.api, id, after, limit](
                    StoreReader& reader) { return labelled(api, reader, reader.reservations_of_schedule(id, after, limit)); },
                [&api = in.api, id, after](const Labelled& found) {
                  JsonBody json;
                  json.begin_object().field("scheduleId", id).key("reservations").begin_array();
                  for (const Reservation& reservation : found.reservations) write_reservation(json, api, found.labels, reservation);
                  json.end_array().field("lastId", found.reservations.empty() ? after : found.reservations.back().id).end_object();
                  return json.response();
                });
}

UserId read_owner(RequestReader& in) {
  const auto named = in.query().optional_id<UserId>("userId");
  return in.ticket_or_user(named);
}

Labelled read_one(const Api& api, StoreReader& reader, ReservationId id) {
  auto reservation = reader.reservation(id);
  return reservation ? labelled(api, reader, {std::move(*reservation)}) : Labelled{.reservations = {}};
}

auto one(RequestReader& in) {
  return in.ask(
      [&api = in.api, id = in.id<ReservationId>("reservationId")](StoreReader& reader) { return read_one(api, reader, id); },
      [&api = in.api, user = read_owner(in)](const Labelled& found) -> Result<Response> {
        if (found.reservations.empty() || found.reservations.front().user != user) return refuse(ErrorCode::reservation_not_found);
        JsonBody json;
        write_reservation(json, api, found.labels, found.reservations.front());
        return json.response();
      });
}

auto cancel(RequestReader& in) {
  return in.commit<CancelReservation>(
      [](Nothing) { return Response::no_content(); }, read_owner(in), in.id<ReservationId>("reservationId"));
}

// For the operator: anybody's.
auto take_back(RequestReader& in) {
  return in.commit<CancelReservation>(
      [](Nothing) { return Response::no_content(); }, UserId{}, in.id<ReservationId>("reservationId"));
}

struct WithPayment {
  Labelled found;
  std::optional<Payment> payment = {};
};

Result<Response> with_payment_response(const Api& api, WithPayment found) {
  if (found.found.reservations.empty()) return refuse(ErrorCode::reservation_not_found);
  JsonBody json;
  json.begin_object().key("reservation");
  write_reservation(json, api, found.found.labels, found.found.reservations.front());
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
  return json.response();
}

// For the operator: anybody's.
auto one_with_payment(RequestReader& in) {
  const auto id = in.id<ReservationId>("reservationId");
  return in.ask(
      [&api = in.api, id](StoreReader& reader) {
        WithPayment with{.found = read_one(api, reader, id)};
        if (!with.found.reservations.empty()) with.payment = reader.payment_of(id);
        return with;
      },
      [&api = in.api](WithPayment found) { return with_payment_response(api, std::move(found)); });
}

}  // namespace

void write_fields(JsonWriter& json, const SeatLabels& labels, const Reservation& reservation, ReservationStatus status,
                  bool is_single) {
  json.field("reservationId", reservation.id)
      .field("userId", reservation.user)
      .field("concertId", reservation.concert)
      .field("scheduleId", reservation.schedule);
  if (is_single) json.field("seatId", reservation.seats.front().id);
  write_seats(json, labels, reservation);
  json.field("amount", reservation.amount.value)
      .field("status", name_of(status))
      .field("temporaryExpiresAt", reservation.expires_at)
      .field("createdAt", reservation.created_at);
}

void write_seats(JsonWriter& json, const SeatLabels& labels, const Reservation& reservation) {
  json.key("seats").begin_array();
  for (const ReservedSeat& seat : reservation.seats) {
    json.begin_object().field("seatId", seat.id).field("number", seat.number);
    const SeatLabel* label = labels.of(seat.id);
    json.field("section", label == nullptr ? std::nullopt : if_said(label->section));
    json.field("row", label == nullptr || label->row == 0 ? std::nullopt : std::optional{label->row});
    json.field("price", seat.price.value).end_object();
  }
  json.end_array();
}

void add_reservation_routes(Routes& routes) {
  routes.add("GET", "/api/v1/admin/reservations", Needs::admin, list_of_user).role = Role::box_office;
  routes.add("GET", "/api/v1/admin/reservations/{reservationId}", Needs::admin, one_with_payment).role = Role::box_office;
  routes.add("DELETE", "/api/v1/admin/reservations/{reservationId}", Needs::admin, take_back).role = Role::box_office;
  routes.add("GET", "/api/v1/admin/schedules/{scheduleId}/reservations", Needs::admin, list_of_date).role = Role::box_office;
  routes.add("GET", "/api/v1/reservations", Needs::none, list).traffic = Traffic::look;
  routes.add("GET", "/api/v1/reservations/{reservationId}", Needs::none, one).traffic = Traffic::look;
  routes.add("DELETE", "/api/v1/reservations/{reservationId}", Needs::none, cancel).traffic = Traffic::hold;
}

}  // namespace frontrow::http

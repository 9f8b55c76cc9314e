// Paying, over HTTP. Any genuine ticket of the user will do: the live hold is the gate.
#include "app/commands/payment.hpp"

#include <fmt/format.h>

#include "api/api.hpp"
#include "api/reservation.hpp"
#include "http/field_reader.hpp"

namespace frontrow::http {

namespace {

Response payment_response(const CatalogPicture& picture, const PaymentOutcome& outcome) {
  const Payment& payment = outcome.payment;
  std::string body;
  JsonWriter json(body);
  json.begin_object()
      .field("paymentId", payment.id)
      .field("reservationId", payment.reservation)
      .field("userId", payment.user)
      .field("amount", payment.amount.value)
      .field("balance", outcome.balance.value)
      .field("status", "COMPLETED")
      .field("paidAt", payment.paid_at);
  write_seats(json, picture, outcome.reservation);
  json.field("replayed", outcome.is_replay).end_object();
  return Response::json(std::move(body), outcome.is_new ? 201 : 200);
}

void pay(Api& api, const Request& request, Responder responder) {
  const auto ticket = api.ticket_of_user(request);
  if (!ticket) return std::move(responder).refuse(ticket.error());
  const auto body = request.json();
  if (!body) return std::move(responder).refuse(body.error());
  FieldErrors errors;
  FieldReader in(*body, errors);
  const auto reservation = in.required_id<ReservationId>("reservationId");
  const auto named = in.optional_id<UserId>("userId");
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  if (named && *named != ticket->user) return std::move(responder).refuse({.code = ErrorCode::forbidden});
  auto idempotent = Api::idempotent(request, ticket->user, Operation::pay, fmt::format("pay {}", reservation.value));
  if (!idempotent) return std::move(responder).refuse(std::move(idempotent.error()));
  api.commit<PayReservation>(
      std::move(responder),
      CommandClass::settle,
      [&](PayReservation::Done done) {
        auto command =
            std::make_unique<PayReservation>(ticket->user, reservation, std::move(*idempotent), api.sale.metrics, std::move(done));
        command->traceparent = request.traceparent();
        return command;
      },
      [&api](PaymentOutcome outcome) { return payment_response(*api.sale.catalog.picture(), outcome); });
}

}  // namespace

void add_payment_routes(std::vector<Route>& routes, Api& api) {
  routes.push_back({.method = "POST",
                    .pattern = "/api/v1/payments",
                    .needs = Needs::ticket,
                    .handler = [&api](const Request& request, Responder responder) { pay(api, request, std::move(responder)); }});
}

}  // namespace frontrow::http

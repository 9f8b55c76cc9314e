// Paying, over HTTP. Any genuine ticket of the user will do: the live hold is the gate.
#include "app/commands/payment.hpp"

#include <fmt/format.h>

#include "api/reservation.hpp"
#include "api/routes.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

Response payment_response(const PaymentOutcome& outcome, const SeatLabels& labels) {
  const Payment& payment = outcome.payment;
  JsonBody json;
  json.begin_object()
      .field("paymentId", payment.id)
      .field("reservationId", payment.reservation)
      .field("userId", payment.user)
      .field("amount", payment.amount.value)
      .field("balance", outcome.balance.value)
      .field("status", "COMPLETED")
      .field("paidAt", payment.paid_at);
  write_seats(json, labels, outcome.reservation);
  json.field("replayed", outcome.is_replay).end_object();
  return json.response(outcome.is_new ? 201 : 200);
}

auto pay(RequestReader& in) {
  const UserId user = in.ticket_of_user().user;
  FieldReader body = in.body();
  const auto reservation = body.required_id<ReservationId>("reservationId");
  const auto named = body.optional_id<UserId>("userId");
  in.require(!named || *named == user, ErrorCode::forbidden);
  return in.commit<PayReservation>(
      [&api = in.api](Responder back, PaymentOutcome outcome) {
        with_labels(api, std::move(back), std::move(outcome), payment_response);
      },
      user,
      reservation,
      in.idempotent(user, Operation::pay, fmt::format("pay {}", reservation.value)),
      std::ref(in.api.sale.metrics));
}

}  // namespace

void add_payment_routes(Routes& routes) { routes.add("POST", "/api/v1/payments", Needs::ticket, pay).traffic = Traffic::pay; }

}  // namespace frontrow::http

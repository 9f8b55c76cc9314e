// The waiting room over HTTP: take a ticket, ask how it stands, leave.
#include <fmt/format.h>

#include "api/api.hpp"
#include "http/field_reader.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

namespace {

constexpr Duration kTicketLife = std::chrono::days{30};  // when a sale has no end

std::string_view name_of(TicketStatus status) {
  switch (status) {
    case TicketStatus::waiting: return "WAITING";
    case TicketStatus::active: return "ACTIVE";
    case TicketStatus::completed: return "COMPLETED";
    case TicketStatus::expired: return "EXPIRED";
  }
  return "";
}

// A range in whole seconds, its middle for clients that show one number; null while nothing can be told.
void write_wait(JsonWriter& json, const TicketView& view) {
  std::optional<WaitRange> wait = view.estimated_wait;
  if (view.status != TicketStatus::waiting) wait = WaitRange{};
  if (!wait) {
    json.key("estimatedWaitSeconds").null().key("estimatedWait").null();
    return;
  }
  const auto from = std::chrono::floor<std::chrono::seconds>(wait->from).count();
  const auto to = std::chrono::ceil<std::chrono::seconds>(wait->to).count();
  json.field("estimatedWaitSeconds", (from + to + 1) / 2).key("estimatedWait").begin_object();
  json.field("fromSeconds", from).field("toSeconds", to).end_object();
}

struct Shown {
  const Ticket& ticket;
  const TicketView& view;
  std::int64_t available_seats = 0;
};

Response ticket_response(int status, std::string_view token, const Shown& shown, std::optional<bool> is_replay = {}) {
  const auto& [ticket, view, available_seats] = shown;
  std::string body;
  JsonWriter json(body);
  json.begin_object()
      .field("token", token)
      .field("concertId", ticket.concert)
      .field("userId", ticket.user)
      .field("status", name_of(view.status))
      .field("position", view.position);
  write_wait(json, view);
  json.field("pollAfterMs", view.poll_after.count())
      .field("availableSeats", available_seats)
      .field("issuedAt", ticket.issued_at)
      .field("expiresAt", view.expires_at);
  if (is_replay) json.field("replayed", *is_replay);
  json.end_object();
  return Response::json(std::move(body), status);
}

void join(Api& api, const Request& request, Responder responder) {
  const auto body = request.json();
  if (!body) return std::move(responder).refuse(body.error());
  FieldErrors errors;
  FieldReader in(*body, errors);
  const auto named = in.optional_id<UserId>("userId");
  const auto concert = in.required_id<ConcertId>("concertId");
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto user = api.acting_user(request, named);
  if (!user) return std::move(responder).refuse(user.error());
  const auto picture = api.sale.catalog.picture();
  const ConcertEntry* entry = picture->find(concert);
  if (entry == nullptr) return std::move(responder).refuse({.code = ErrorCode::concert_not_found});
  auto idempotent = Api::idempotent(request, *user, Operation::join, fmt::format("join {}", concert.value));
  if (!idempotent) return std::move(responder).refuse(idempotent.error());
  const auto render = [&api, entry = picture->concerts.at(concert), concert](const JoinOutcome& outcome) {
    const TicketRow& place = outcome.place;
    const Ticket ticket{.concert = concert,
                        .number = place.number,
                        .user = place.user,
                        .issued_at = place.issued_at,
                        .expires_at = entry->concert.booking.closes_at.value_or(place.issued_at + kTicketLife)};
    const TimePoint now = api.sale.clock.now();
    const TicketView view = entry->queue->look(ticket, now, jitter());
    return ticket_response(
        outcome.is_new ? 201 : 200, api.sale.mint.write(ticket), {ticket, view, seats_on_sale(*entry, now)}, outcome.is_replay);
  };
  entry->queue->submit_join(
      *user, std::move(*idempotent), std::string{request.traceparent()}, Api::answer<JoinOutcome>(std::move(responder), render));
}

// A poll of somebody who has been called claims the place; every other poll is answered from memory.
void status(Api& api, const Request& request, Responder responder) {
  const auto ticket = api.ticket(request);
  if (!ticket) return std::move(responder).refuse(ticket.error());
  const auto picture = api.sale.catalog.picture();
  const auto found = picture->concerts.find(ticket->concert);
  if (found == picture->concerts.end())
    return std::move(responder).refuse(api.unknown_concert(*ticket, ErrorCode::queue_token_invalid));
  const auto& entry = found->second;
  const std::string_view token = request.header("X-Queue-Token");
  const TimePoint now = api.sale.clock.now();
  const TicketView view = entry->queue->look(*ticket, now, jitter());
  if (!view.may_claim || entry->queue->is_overloaded())
    return std::move(responder).send(ticket_response(200, token, {*ticket, view, seats_on_sale(*entry, now)}));
  const auto answer = [&api, entry, ticket = *ticket, token = std::string(token)](Responder back) {
    const TimePoint then = api.sale.clock.now();
    const TicketView after = entry->queue->look(ticket, then, jitter());
    std::move(back).send(ticket_response(200, token, {ticket, after, seats_on_sale(*entry, then)}));
  };
  entry->queue->submit_claim(
      *ticket, std::string{request.traceparent()}, api.once_told(entry->queue, *ticket, std::move(responder), answer));
}

void leave(Api& api, const Request& request, Responder responder) {
  const auto ticket = api.ticket(request);
  if (!ticket) return std::move(responder).refuse(ticket.error());
  const auto picture = api.sale.catalog.picture();
  const ConcertEntry* entry = picture->find(ticket->concert);
  if (entry == nullptr) return std::move(responder).refuse(api.unknown_concert(*ticket, ErrorCode::queue_token_invalid));
  entry->queue->submit_leave(*ticket, Api::answer<Nothing>(std::move(responder), [](Nothing) { return Response::no_content(); }));
}

}  // namespace

void add_queue_routes(std::vector<Route>& routes, Api& api) {
  const auto bind = [&api](auto handler) {
    return [&api, handler](const Request& request, Responder responder) { handler(api, request, std::move(responder)); };
  };
  routes.push_back({.method = "POST", .pattern = "/api/v1/queue/token", .handler = bind(join)});
  routes.push_back({.method = "DELETE", .pattern = "/api/v1/queue/token", .needs = Needs::ticket, .handler = bind(leave)});
  routes.push_back({.method = "GET", .pattern = "/api/v1/queue/status", .needs = Needs::ticket, .handler = bind(status)});
}

}  // namespace frontrow::http

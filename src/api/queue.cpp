// The waiting room over HTTP: take a ticket, ask how it stands, leave.
#include <fmt/format.h>

#include "api/join_pass.hpp"
#include "api/routes.hpp"
#include "http/json_body.hpp"

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
  Ticket ticket;
  TicketView view;
  std::int64_t available_seats;
};

// A sign of life.
Shown look(const Api& api, const Ticket& ticket, const ConcertEntry& concert) {
  const TimePoint now = api.sale.clock.now();
  return {ticket, concert.queue->look(ticket, now, jitter()), seats_on_sale(concert, now)};
}

Response ticket_response(int status, std::string_view token, const Shown& shown, std::optional<bool> is_replay = {}) {
  const auto& [ticket, view, available_seats] = shown;
  JsonBody json;
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
  return json.response(status);
}

auto join(RequestReader& in) {
  FieldReader body = in.body();
  const auto named = body.optional_id<UserId>("userId");
  const auto id = body.required_id<ConcertId>("concertId");
  const UserId user = in.user(named);
  const ConcertPtr concert = in.concert(id);
  auto idempotent = in.idempotent(user, Operation::join, fmt::format("join {}", id.value));
  auto pass = shown_pass(in, user, concert->concert);
  return [&in, user, concert, idempotent = std::move(idempotent), pass = std::move(pass)](Responder responder) mutable {
    const auto render = [&api = in.api, concert](Responder back, const JoinOutcome& outcome) {
      const TicketRow& place = outcome.place;
      const Ticket ticket{.concert = concert->concert.id,
                          .number = place.number,
                          .user = place.user,
                          .issued_at = place.issued_at,
                          .expires_at = concert->concert.booking.closes_at.value_or(place.issued_at + kTicketLife)};
      const std::string token = api.sale.mint.write(ticket);
      const auto show = [&api, concert, ticket, token, outcome](Responder known) {
        std::move(known).send(ticket_response(outcome.is_new ? 201 : 200, token, look(api, ticket, *concert), outcome.is_replay));
      };
      if (!outcome.is_replay) return show(std::move(back));
      api.once_known(concert->queue, ticket, Purpose::poll, std::move(back), show);  // the place of the first time may have ended
    };
    concert->queue->submit_join(user,
                                std::move(idempotent),
                                std::move(pass),
                                std::string{in.request.traceparent()},
                                Api::answer<JoinOutcome>(std::move(responder), render));
  };
}

// A poll of a called ticket claims its place; every other poll is answered from memory.
auto status(RequestReader& in) {
  const Ticket ticket = in.ticket_of_user();
  const ConcertPtr concert = in.concert_of(ticket, ticket.concert, ErrorCode::queue_token_invalid);
  return [&in, ticket, concert](Responder responder) {
    const Api& api = in.api;
    const std::string_view token = in.request.header("X-Queue-Token");
    const auto is_answered = [](const Shown& shown, const PublicQueue& queue) {
      return !shown.view.may_claim || queue.is_overloaded();
    };
    if (concert->queue->knows(ticket, Purpose::poll, api.sale.clock.now()))
      if (const Shown shown = look(api, ticket, *concert); is_answered(shown, *concert->queue))
        return std::move(responder).send(ticket_response(200, token, shown));
    const auto answer = [&api, ticket, concert, token = std::string(token)](Responder back) {
      std::move(back).send(ticket_response(200, token, look(api, ticket, *concert)));
    };
    const auto claim = [&api, ticket, concert, is_answered, answer, trace = std::string{in.request.traceparent()}](Responder back) {
      if (is_answered(look(api, ticket, *concert), *concert->queue)) return answer(std::move(back));
      concert->queue->submit_claim(ticket, trace, api.once_told(concert->queue, ticket, Purpose::poll, std::move(back), answer));
    };
    api.once_known(concert->queue, ticket, Purpose::poll, std::move(responder), claim);
  };
}

auto leave(RequestReader& in) {
  const Ticket ticket = in.ticket_of_user();
  const ConcertPtr concert = in.concert_of(ticket, ticket.concert, ErrorCode::queue_token_invalid);
  return [ticket, concert](Responder responder) {
    concert->queue->submit_leave(
        ticket, Actor{}, Api::answer<Nothing>(std::move(responder), [](Nothing) { return Response::no_content(); }));
  };
}

// For the operator. A live hold of the user stays payable, as after leaving.
auto remove_ticket(RequestReader& in) {
  const UserId user = in.named_user(in.query().optional_id<UserId>("userId"));
  const ConcertPtr concert = in.concert(in.id<ConcertId>("concertId"));
  return [user, concert, by = in.signed_in().actor](Responder responder) {
    const Ticket whichever{.concert = concert->concert.id, .number = {}, .user = user, .issued_at = {}, .expires_at = {}};
    concert->queue->submit_leave(
        whichever, by, Api::answer<Nothing>(std::move(responder), [](Nothing) { return Response::no_content(); }));
  };
}

}  // namespace

void add_queue_routes(Routes& routes) {
  routes.add("POST", "/api/v1/queue/token", Needs::none, join).traffic = Traffic::join;
  routes.add("DELETE", "/api/v1/queue/token", Needs::ticket, leave).traffic = Traffic::hold;
  routes.add("DELETE", "/api/v1/admin/concerts/{concertId}/tickets", Needs::admin, remove_ticket).role = Role::box_office;
  routes.add("GET", "/api/v1/queue/status", Needs::ticket, status).traffic = Traffic::poll;
}

}  // namespace frontrow::http

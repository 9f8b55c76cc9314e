// A user's points over HTTP: balance, charging, history.
#include "app/commands/point.hpp"

#include <fmt/format.h>

#include "api/api.hpp"
#include "http/field_reader.hpp"
#include "http/json_writer.hpp"
#include "http/query.hpp"

namespace frontrow::http {

namespace {

constexpr int kPage = 50;

void balance(Api& api, const Request& request, Responder responder) {
  FieldErrors errors;
  const auto named = QueryReader(request.query(), errors).optional_id<UserId>("userId");
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto user = api.acting_user(request, named);
  if (!user) return std::move(responder).refuse(user.error());
  api.read(
      std::move(responder),
      [user = *user](StoreReader& reader) { return reader.account(user); },
      [](const Account& account) -> Result<Response> {
        std::string body;
        JsonWriter(body).begin_object().field("userId", account.user).field("balance", account.balance.value).end_object();
        return Response::json(std::move(body));
      });
}

void charge(Api& api, const Request& request, Responder responder) {
  const auto json = request.json();
  if (!json) return std::move(responder).refuse(json.error());
  FieldErrors errors;
  FieldReader in(*json, errors);
  const auto named = in.optional_id<UserId>("userId");
  const Points amount{in.required_int("amount", kMinAmount.value, kMaxAmount.value)};
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto user = api.acting_user(request, named);
  if (!user) return std::move(responder).refuse(user.error());
  auto idempotent = Api::idempotent(request, *user, Operation::charge, fmt::format("charge {}", amount.value));
  if (!idempotent) return std::move(responder).refuse(std::move(idempotent.error()));
  api.commit<ChargePoints>(
      std::move(responder),
      CommandClass::settle,
      [&](ChargePoints::Done done) {
        return std::make_unique<ChargePoints>(*user, amount, std::move(*idempotent), std::move(done));
      },
      [](const ChargeOutcome& outcome) {
        std::string body;
        JsonWriter(body)
            .begin_object()
            .field("userId", outcome.user)
            .field("amount", outcome.amount.value)
            .field("balance", outcome.balance.value)
            .field("replayed", outcome.is_replay)
            .end_object();
        return Response::json(std::move(body), 201);
      });
}

void write_entry(JsonWriter& json, const LedgerEntry& entry) {
  json.begin_object()
      .field("id", entry.id)
      .field("type", entry.kind == LedgerKind::charge ? "CHARGE" : "PAYMENT")
      .field("amount", entry.signed_amount().value)
      .key("reservationId");
  if (entry.reservation)
    json.value(entry.reservation);
  else
    json.null();
  json.field("at", entry.at).end_object();
}

// Pages are cut by id: the cursor is the last id shown.
void history(Api& api, const Request& request, Responder responder) {
  FieldErrors errors;
  QueryReader in(request.query(), errors);
  const auto named = in.optional_id<UserId>("userId");
  const auto limit = static_cast<int>(in.optional_int("limit", 1, 100).value_or(kPage));
  const auto before = in.optional_id<LedgerEntryId>("cursor").value_or(LedgerEntryId{});
  if (!errors.empty()) return std::move(responder).refuse(errors.refusal().error());
  const auto user = api.acting_user(request, named);
  if (!user) return std::move(responder).refuse(user.error());
  api.read(
      std::move(responder),
      [user = *user, before, limit](StoreReader& reader) { return reader.ledger_of(user, before, limit + 1); },
      [user = *user, limit](std::vector<LedgerEntry> entries) -> Result<Response> {
        const bool has_more = static_cast<int>(entries.size()) > limit;
        if (has_more) entries.pop_back();
        std::string body;
        JsonWriter json(body);
        json.begin_object().field("userId", user).key("entries").begin_array();
        for (const LedgerEntry& entry : entries) write_entry(json, entry);
        json.end_array().key("nextCursor");
        if (has_more)
          json.value(std::to_string(entries.back().id.value));
        else
          json.null();
        json.end_object();
        return Response::json(std::move(body));
      });
}

}  // namespace

void add_point_routes(std::vector<Route>& routes, Api& api) {
  const auto bind = [&api](auto handler) {
    return [&api, handler](const Request& request, Responder responder) { handler(api, request, std::move(responder)); };
  };
  routes.push_back({.method = "GET", .pattern = "/api/v1/points", .handler = bind(balance)});
  routes.push_back({.method = "POST", .pattern = "/api/v1/points/charge", .handler = bind(charge)});
  routes.push_back({.method = "GET", .pattern = "/api/v1/points/history", .handler = bind(history)});
}

}  // namespace frontrow::http

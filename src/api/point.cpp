// A user's points over HTTP: balance, charging, history.
#include "app/commands/point.hpp"

#include <fmt/format.h>

#include "api/routes.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr int kPage = 50;

auto balance(RequestReader& in) {
  const auto named = in.query().optional_id<UserId>("userId");
  return in.ask_unless_head(
      [user = in.user(named)](StoreReader& reader) { return reader.account(user); },
      [](const Account& account) {
        JsonBody json;
        json.begin_object().field("userId", account.user).field("balance", account.balance.value).end_object();
        return json.response();
      });
}

auto charge(RequestReader& in) {
  FieldReader body = in.body();
  const auto named = body.optional_id<UserId>("userId");
  const Points amount{body.required_int("amount", kMinAmount.value, kMaxAmount.value)};
  // A service charges for many users: it has no share of its own, and takes none of theirs.
  const UserId user = in.api.is_charged_by_service() ? in.named_user(named) : in.user(named);
  const auto render = [](const ChargeOutcome& outcome) {
    JsonBody json;
    json.begin_object()
        .field("userId", outcome.user)
        .field("amount", outcome.amount.value)
        .field("balance", outcome.balance.value)
        .field("replayed", outcome.is_replay)
        .end_object();
    return json.response(201);
  };
  // Not of the payments' class: a user could fill the queue with charges, and payments would have no room.
  return in.commit_as<ChargePoints>(
      CommandClass::charge, render, user, amount, in.idempotent(user, Operation::charge, fmt::format("charge {}", amount.value)));
}

void write_entry(JsonWriter& json, const LedgerEntry& entry) {
  json.begin_object()
      .field("id", entry.id)
      .field("type", entry.kind == LedgerKind::charge ? "CHARGE" : "PAYMENT")
      .field("amount", entry.signed_amount().value)
      .field("reservationId", entry.reservation ? std::optional{entry.reservation} : std::nullopt)
      .field("at", entry.at)
      .end_object();
}

// Pages are cut by id: the cursor is the last id shown.
auto history(RequestReader& in) {
  QueryReader query = in.query();
  const auto named = query.optional_id<UserId>("userId");
  const auto limit = static_cast<int>(query.optional_int("limit", 1, 100).value_or(kPage));
  const auto before = query.optional_id<LedgerEntryId>("cursor").value_or(LedgerEntryId{});
  const UserId user = in.user(named);
  return in.ask_unless_head([=](StoreReader& reader) { return reader.ledger_of(user, before, limit + 1); },
                            [=](std::vector<LedgerEntry> entries) {
                              const bool has_more = static_cast<int>(entries.size()) > limit;
                              if (has_more) entries.pop_back();
                              JsonBody json;
                              json.begin_object().field("userId", user).key("entries").begin_array();
                              for (const LedgerEntry& entry : entries) write_entry(json, entry);
                              json.end_array()
                                  .field("nextCursor",
                                         has_more ? std::optional{std::to_string(entries.back().id.value)} : std::nullopt)
                                  .end_object();
                              return json.response();
                            });
}

}  // namespace

void add_point_routes(Routes& routes) {
  routes.add("GET", "/api/v1/points", Needs::none, balance).traffic = Traffic::look;
  Route& charging = routes.add("POST", "/api/v1/points/charge", Needs::service, charge);
  charging.traffic = Traffic::charge;
  if (routes.api.is_charged_by_service()) charging.audience = Audience::both;  // the service may be inside the operators' network
  routes.add("GET", "/api/v1/points/history", Needs::none, history).traffic = Traffic::look;
}

}  // namespace frontrow::http

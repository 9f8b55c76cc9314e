// The owner's side of accounts, and what each account may know of itself.
#include <algorithm>

#include "api/routes.hpp"
#include "app/commands/operator.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kMaxRoleName = 16;

void write_operator(JsonWriter& json, const Operator& account) {
  json.begin_object()
      .field("id", account.id)
      .field("name", account.name)
      .field("role", name_of(account.role))
      .field("madeAt", account.made_at)
      .field("expiresAt", account.expires_at)
      .field("revokedAt", account.revoked_at)
      .end_object();
}

auto me(RequestReader& in) {
  return [who = in.signed_in()] {
    JsonBody json;
    json.begin_object();
    json.field("id", who.actor.account ? std::optional{who.actor.account} : std::nullopt)
        .field("name", who.actor.name)
        .field("role", name_of(who.role))
        .field("expiresAt", who.expires_at)
        .end_object();
    return json.response();
  };
}

auto list(RequestReader& in) {
  return in.ask([](StoreReader& reader) { return reader.operators(); },
                [](const std::vector<Operator>& accounts) {
                  JsonBody json;
                  json.begin_object().key("operators").begin_array();
                  for (const Operator& account : accounts) write_operator(json, account);
                  json.end_array().end_object();
                  return json.response();
                });
}

Role read_role(FieldReader& body) {
  const auto name = body.required_string("role", 1, kMaxRoleName);
  const auto role = role_named(name);
  if (!name.empty() && !role) body.fail("role", "must be VIEWER, DOOR, BOX_OFFICE, MANAGER or OWNER");
  return role.value_or(Role::viewer);
}

// The token is in this answer and nowhere else.
auto add(RequestReader& in) {
  FieldReader body = in.body();
  NewOperator wanted{.name = body.required_string("name", 1, kMaxOperatorName),
                     .role = read_role(body),
                     .expires_at = body.optional_time("expiresAt")};
  std::string token = new_operator_token();
  wanted.token = sha256(token);
  const auto render = [&api = in.api, token = std::move(token)](const Operator& made) {
    api.sale.operators.take({made});  // the token is good before it is shown
    JsonBody json;
    json.begin_object().key("operator");
    write_operator(json, made);
    json.field("token", token).end_object();
    return json.response(201);
  };
  return in.commit<AddOperator>(render, std::move(wanted));
}

auto revoke(RequestReader& in) {
  const auto render = [&api = in.api](const Operator& revoked) {
    api.sale.operators.take({revoked});
    return Response::no_content();
  };
  return in.commit<RevokeOperator>(render, OperatorKey{in.id<OperatorId>("operatorId")});
}

}  // namespace

void add_operator_routes(Routes& routes) {
  routes.add("GET", "/api/v1/admin/me", Needs::admin, me).role = Role::viewer;
  routes.add("GET", "/api/v1/admin/operators", Needs::admin, list).role = Role::owner;
  routes.add("POST", "/api/v1/admin/operators", Needs::admin, add).role = Role::owner;
  routes.add("DELETE", "/api/v1/admin/operators/{operatorId}", Needs::admin, revoke).role = Role::owner;
}

}  // namespace frontrow::http

// What a handler wants: it reads its request in the order of its calls (the ticket, the user, fields, the catalogue, the key), and
// returns what is to be done.
//
//   auto charge(RequestReader& in) {
//     FieldReader body = in.body();
//     const auto named = body.optional_id<UserId>("userId");
//     const Points amount{body.required_int("amount", 1, 100)};
//     const UserId user = in.user(named);
//     return in.commit<ChargePoints>(render, user, amount, …);
//   }
//
// The first refusal stays. Every read after it gives an empty value and asks nothing, so a handler reads on without looking; its
// route refuses (api/routes.hpp) and does nothing else. Complaints about fields are collected, and become the refusal when
// anything but a field is read.
#pragma once

#include "api/api.hpp"
#include "http/query.hpp"

namespace frontrow::http {

class RequestReader {
 public:
  // FORBIDDEN if the operator's account was revoked since the request's head was judged.
  RequestReader(const Api& api, const Request& request);

  const Api& api;
  const Request& request;
  FieldErrors errors;

  // The id at {name} of the route's pattern.
  template <class Id>
  Id id(std::string_view name) const {
    return request.id<Id>(name);
  }
  QueryReader query() { return {request.query(), errors}; }
  // As Request::json().
  FieldReader body();

  // Each lists its refusals in the order checked.
  // The user a request acts for. jwt: the bearer's (UNAUTHORIZED), FORBIDDEN when `named` is somebody else. open: `named`,
  // VALIDATION_FAILED on `userId` when it is not.
  UserId user(std::optional<UserId> named);
  // VALIDATION_FAILED on `userId` when nobody is named.
  UserId named_user(std::optional<UserId> named);
  // QUEUE_TOKEN_REQUIRED, QUEUE_TOKEN_INVALID, then in jwt mode UNAUTHORIZED, FORBIDDEN when it is another user's.
  Ticket ticket_of_user();
  // For routes that take a ticket or a userId. `named`: the query's.
  UserId ticket_or_user(std::optional<UserId> named);

  // The operator, on a route that needs one.
  const SignedIn& signed_in() const { return signed_in_; }
  Origin origin() const { return {std::string{request.traceparent()}, signed_in_.actor}; }

  // Never null; an empty concert after a refusal. CONCERT_NOT_FOUND.
  ConcertPtr concert(ConcertId id);
  // The concert a ticket is shown for. `unknown`, or OVERLOADED with Retry-After while this server may not have heard of the
  // concert yet: of several servers another may have given the ticket already. QUEUE_TOKEN_INVALID when the ticket is for another
  // concert.
  ConcertPtr concert_of(const Ticket& ticket, ConcertId id, ErrorCode unknown);
  // SCHEDULE_NOT_FOUND.
  ScheduleEntry schedule(const ConcertEntry& concert, ScheduleId id);

  // The request's Idempotency-Key, if it has one. `canonical` says what the parsed request asks for. VALIDATION_FAILED for a bad
  // key.
  std::optional<Idempotent> idempotent(UserId owner, Operation operation, std::string_view canonical);

  void require(bool holds, ErrorCode otherwise, const char* detail = "");
  // For whatever else may refuse: the value of `read()`, a Result, which is not called after a refusal.
  template <class Read>
  auto take(Read read) -> std::remove_cvref_t<decltype(*read())> {
    if (is_refused()) return {};
    auto value = read();
    if (value) return std::move(*value);
    refusal_ = std::move(value.error());
    return {};
  }

  // What is to be done, for a handler to return: a command C made of `args`, or a question to a reader; then the answer is
  // `render(outcome)`, as in Api.
  template <class C, class Render, class... Args>
  auto commit(Render render, Args... args) const {
    return commit_as<C>(CommandClass::settle, std::move(render), std::move(args)...);
  }
  template <class C, class Render, class... Args>
  auto commit_as(CommandClass command_class, Render render, Args... args) const {
    return [this, command_class, render = std::move(render), ... args = std::move(args)](Responder responder) mutable {
      api.commit<C>(std::move(responder), command_class, origin(), std::move(render), std::move(args)...);
    };
  }
  template <class Query, class Render>
  auto ask(Query query, Render render) const {
    return [this, query = std::move(query), render = std::move(render)](Responder responder) mutable {
      api.read(std::move(responder), std::move(query), std::move(render));
    };
  }

  // Once all of it is read and nothing refused: takes what the request costs its user. TOO_MANY_REQUESTS. The luggage is for
  // its Responder.
  Result<ClientLimits::Luggage> admit() const;

  // True if the user of the bearer token will be known after a while: then nothing else of it counts, and the request waits to be
  // read from the beginning.
  bool has_to_wait() const { return await_ != nullptr; }
  void wait(Responder responder);

  template <class Wanted>
  Result<Wanted> result(Wanted wanted) {
    if (is_refused()) return std::unexpected(std::move(*refusal_));
    return wanted;
  }

 private:
  bool is_refused();
  Result<UserId> bearer_of(std::string_view token);
  std::unexpected<Refusal> refuse_bearer(JwtVerifier::Refused refused);
  Ticket ticket();

  // The user that was looked for; none if the request waited for a key.
  using Waited = std::move_only_function<void(Result<std::optional<UserId>>)>;
  std::move_only_function<void(Waited)> await_;
  std::optional<Refusal> refusal_;
  SignedIn signed_in_;
  std::optional<UserId> user_;  // for whom it counts
  std::optional<IdempotencyKey> key_;
};

}  // namespace frontrow::http

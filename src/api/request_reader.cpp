#include "api/request_reader.hpp"

#include "api/fingerprint.hpp"

namespace frontrow::http {

namespace {

constexpr std::chrono::seconds kUntilHeardOf{15};

JsonView empty_object() {
  static JsonDocument document;
  static const JsonView object = document.parse("{}").value();
  return object;
}

const ConcertPtr& no_concert() {
  static const ConcertPtr none = std::make_shared<const ConcertEntry>();
  return none;
}

}  // namespace

RequestReader::RequestReader(const Api& api, const Request& request) : api(api), request(request) {
  if (request.route().needs == Needs::admin) signed_in_ = take([&] { return api.sign_ins.find(request, api.sale.clock.now()); });
}

bool RequestReader::is_refused() {
  if (!refusal_ && !errors.empty()) refusal_ = std::move(errors.refusal().error());
  return refusal_.has_value();
}

void RequestReader::require(bool holds, ErrorCode otherwise, const char* detail) {
  if (!is_refused() && !holds) refusal_ = Refusal{.code = otherwise, .detail = detail};
}

FieldReader RequestReader::body() {
  const auto object = take([&]() -> Result<std::optional<JsonView>> { return request.json(); });
  return {object.value_or(empty_object()), errors};
}

Result<ClientLimits::Luggage> RequestReader::admit() const {
  if (api.settings.limits == nullptr || !user_) return nullptr;
  return api.settings.limits->admit_user(request.route().traffic, *user_, key_, request.read_at());
}

UserId RequestReader::named_user(std::optional<UserId> named) {
  if (!is_refused() && !named) errors.add("userId", "is required");
  return named.value_or(UserId{});
}

// A refusal without a code's meaning if the request has to wait.
Result<UserId> RequestReader::bearer_of(std::string_view token) {
  auto bearer = api.settings.jwt->verify(token, api.sale.clock.now());
  if (!bearer) return refuse_bearer(std::move(bearer.error()));
  if (bearer->user) return bearer->user;
  CHECK(api.settings.users != nullptr);
  if (const auto user = request.note()) return UserId{*user};  // looked up for it
  if (const auto user = api.settings.users->find(bearer->subject)) return *user;
  await_ = [&users = *api.settings.users, subject = std::move(bearer->subject)](Waited done) {
    users.look_up(subject, std::move(done));
  };
  return refuse(ErrorCode::unauthorized);
}

std::unexpected<Refusal> RequestReader::refuse_bearer(JwtVerifier::Refused refused) {
  using Fault = JwtVerifier::Fault;
  if (refused.fault == Fault::forged && api.settings.limits != nullptr)
    api.settings.limits->charge_failed_signature(request.client());
  const bool may_become_known = refused.fault == Fault::unknown_key || refused.fault == Fault::keyless;
  if (may_become_known && api.settings.keys != nullptr && request.attempts() == 1)
    await_ = [&keys = *api.settings.keys](Waited done) {
      auto shared = std::make_shared<Waited>(std::move(done));
      KeySource::Done read = [shared] { (*shared)(std::optional<UserId>{}); };
      if (!keys.wait_for_reading(read)) (*shared)(std::optional<UserId>{});  // read a moment ago: the second attempt says so
    };
  return refuse(std::move(refused.refusal));
}

void RequestReader::wait(Responder responder) {
  responder.keep_request();
  await_([responder = std::move(responder)](Result<std::optional<UserId>> user) mutable {
    std::move(responder).resume([user = std::move(user)](Responder back) mutable {
      if (!user) return std::move(back).refuse(std::move(user.error()));
      std::move(back).handle_again(user->transform([](UserId id) { return id.value; }));
    });
  });
}

UserId RequestReader::user(std::optional<UserId> named) {
  if (api.settings.jwt == nullptr) {
    user_ = named;
    return named_user(named);
  }
  const auto token = bearer(request);
  require(token.has_value(), ErrorCode::unauthorized);
  const UserId user = take([&] { return bearer_of(*token); });
  require(!named || *named == user, ErrorCode::forbidden, "The userId is not yours.");
  user_ = user;
  return user;
}

Ticket RequestReader::ticket() {
  const std::string_view text = request.header("X-Queue-Token");
  require(!text.empty(), ErrorCode::queue_token_required);
  const Ticket genuine = take([&] { return api.sale.mint.read(text); });
  user_ = genuine.user;
  return genuine;
}

Ticket RequestReader::ticket_of_user() {
  const Ticket genuine = ticket();
  if (api.settings.jwt != nullptr) require(user({}) == genuine.user, ErrorCode::forbidden, "The queue token is somebody else's.");
  return genuine;
}

UserId RequestReader::ticket_or_user(std::optional<UserId> named) {
  if (request.header("X-Queue-Token").empty()) return user(named);
  const Ticket genuine = ticket_of_user();
  require(!named || *named == genuine.user, ErrorCode::forbidden, "The userId is not the queue token's.");
  return genuine.user;
}

ConcertPtr RequestReader::concert(ConcertId id) {
  ConcertPtr found = take([&] { return api.concert(id); });
  return found == nullptr ? no_concert() : found;
}

ConcertPtr RequestReader::concert_of(const Ticket& ticket, ConcertId id, ErrorCode unknown) {
  ConcertPtr found = take([&]() -> Result<ConcertPtr> {
    auto known = api.concert(id);
    if (known) return known;
    if (api.settings.instance.empty() || api.sale.clock.now() - ticket.issued_at > kUntilHeardOf) return refuse(unknown);
    return refuse(Refusal{.code = ErrorCode::overloaded,
                          .detail = "This server has not heard of the concert yet. The ticket is good; try again.",
                          .retry_after = std::chrono::seconds{1}});
  });
  require(ticket.concert == id, ErrorCode::queue_token_invalid);
  return found == nullptr ? no_concert() : found;
}

ScheduleEntry RequestReader::schedule(const ConcertEntry& concert, ScheduleId id) {
  const ScheduleEntry* found = concert.find(id);
  require(found != nullptr, ErrorCode::schedule_not_found);
  return found == nullptr ? ScheduleEntry{} : *found;
}

std::optional<Idempotent> RequestReader::idempotent(UserId owner, Operation operation, std::string_view canonical) {
  return take([&]() -> Result<std::optional<Idempotent>> {
    const auto key = request.find_header("Idempotency-Key");
    if (!key) return std::nullopt;
    const auto hash = idempotency_hash(*key);
    if (!hash) return std::unexpected(hash.error());
    key_ = IdempotencyKey{.owner = owner, .operation = operation, .hash = *hash};
    return Idempotent{.key = {.owner = owner, .operation = operation, .hash = *hash},
                      .fingerprint = request_fingerprint(canonical)};
  });
}

}  // namespace frontrow::http

// What every handler of the sale's API works with: the sale itself, and who is asking.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/jwt.hpp"
#include "app/commit/command_of.hpp"
#include "app/live/sale.hpp"
#include "domain/error.hpp"
#include "domain/queue.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/router.hpp"

namespace frontrow::http {

// A part whose loss slows the sale and does not stop it.
struct HealthPart {
  std::string_view name;
  bool is_up;
  std::string detail = {};  // for the operator, when it is down
};

struct ApiSettings {
  std::string admin_token;           // compared in constant time, never printed
  const JwtVerifier* jwt = nullptr;  // null: auth.mode=open, a userId is believed
  std::string_view version;
  std::string_view profile;
  std::string default_time_zone = "Asia/Seoul";  // of concerts that name none
  std::string instance = {};  // of several servers, this one; empty: the only one
  TimePoint started_at;
  std::function<std::vector<HealthPart>()> parts = [] { return std::vector<HealthPart>{}; };
};

class Api {
 public:
  Api(Sale& sale, ApiSettings settings) : sale(sale), settings(std::move(settings)) {}

  Sale& sale;
  const ApiSettings settings;
  std::atomic<bool> is_ready{false};  // true between "listening" and "draining"

  // Who is asking; each says its refusals in the order checked:
  // UNAUTHORIZED without the token, FORBIDDEN with a wrong one.
  std::optional<Refusal> refuse_admin(const Request& request) const;
  // The user a request acts for. jwt: the bearer's (UNAUTHORIZED), FORBIDDEN when `named` is somebody else. open: `named`,
  // VALIDATION_FAILED on `userId` when it is not.
  Result<UserId> acting_user(const Request& request, std::optional<UserId> named) const;
  // QUEUE_TOKEN_REQUIRED, QUEUE_TOKEN_INVALID. A ticket is proof enough for looking.
  Result<Ticket> ticket(const Request& request) const;
  // For what binds its owner. As ticket(), then in jwt mode UNAUTHORIZED, FORBIDDEN when it is another user's.
  Result<Ticket> ticket_of_user(const Request& request) const;
  // For routes that take a ticket or a userId. `named`: the query's.
  Result<UserId> ticket_or_user(const Request& request, std::optional<UserId> named) const;

  // Of a genuine ticket whose concert is not known here. Of several servers one may hear of a new concert later than another that
  // has given tickets for it already: OVERLOADED with Retry-After while that can be. Else `otherwise`.
  Refusal unknown_concert(const Ticket& ticket, ErrorCode otherwise) const;

  // The request's Idempotency-Key, if it has one. `canonical` says what the parsed request asks for. VALIDATION_FAILED for a bad
  // key.
  static Result<std::optional<Idempotent>> idempotent(const Request& request, UserId owner, Operation operation,
                                                      std::string_view canonical);

  // For whoever decides, on any thread: answers with `render(outcome)`, a Response or a refusal, on the connection's thread.
  template <class Outcome, class Render>
  static auto answer(Responder responder, Render render) {
    return [responder = std::move(responder), render = std::move(render)](Result<Outcome> outcome) mutable {
      std::move(responder).resume([outcome = std::move(outcome), render = std::move(render)](Responder back) mutable {
        if (!outcome) return std::move(back).refuse(std::move(outcome.error()));
        respond(std::move(back), render(std::move(*outcome)));
      });
    };
  }

  // Goes on with `next(responder)` on the connection's thread once the queue knows the ticket; at once when it does already.
  template <class Next>
  void once_known(std::shared_ptr<PublicQueue> queue, const Ticket& ticket, Responder responder, Next next) const {
    if (queue->knows(ticket, sale.clock.now())) return next(std::move(responder));
    PublicQueue& asked = *queue;
    asked.submit_ask(ticket, once_told(std::move(queue), ticket, std::move(responder), std::move(next)));
  }

  // The same when the queue has been asked already. What could not be asked, because a room has gone away meanwhile, is known by
  // what was seen of it last.
  template <class Next>
  auto once_told(std::shared_ptr<PublicQueue> queue, const Ticket& ticket, Responder responder, Next next) const {
    return [this, queue = std::move(queue), ticket, responder = std::move(responder), next = std::move(next)](
               Result<Nothing> told) mutable {
      std::move(responder).resume([this, queue, ticket, told = std::move(told), next = std::move(next)](Responder back) mutable {
        if (!told && !queue->knows(ticket, sale.clock.now())) return std::move(back).refuse(std::move(told.error()));
        next(std::move(back));
      });
    };
  }

  // Runs the command `make(done)` returns and answers with `render(outcome)`, on the connection's thread, once it is durable.
  template <class C, class Make, class Render>
  void commit(Responder responder, CommandClass command_class, Make make, Render render) const {
    if (sale.commits.is_full_for(command_class)) return std::move(responder).refuse(refusal_of(CommitStatus::dropped));
    sale.commits.submit(make(typename C::Done(answer<typename C::OutcomeType>(std::move(responder), std::move(render)))),
                        command_class);
  }

  // Asks a reader and answers with `render(answer)`, which returns a Result<Response>, on the connection's thread.
  template <class Query, class Render>
  void read(Responder responder, Query query, Render render) const {
    auto shared = std::make_shared<Responder>(std::move(responder));
    const bool taken = sale.readers.ask(std::move(query), [shared, render = std::move(render)](auto answer) mutable {
      std::move(*shared).resume([answer = std::move(answer), render = std::move(render)](Responder back) mutable {
        if (!answer) return std::move(back).refuse(std::move(answer.error()));
        respond(std::move(back), render(std::move(*answer)));
      });
    });
    if (!taken) std::move(*shared).refuse(refusal_of(CommitStatus::dropped));
  }
};

// All of `text` as a plain decimal integer.
std::optional<std::int64_t> parse_integer(std::string_view text);

// A number in [0, 1) that spreads polls; of this thread's own dice.
double jitter();

// Every route of the server; the one table there is.
std::vector<Route> all_routes(Api& api);

// One function per feature, each in the file of its name.
void add_queue_routes(std::vector<Route>& routes, Api& api);
void add_concert_routes(std::vector<Route>& routes, Api& api);
void add_seat_routes(std::vector<Route>& routes, Api& api);
void add_reservation_routes(std::vector<Route>& routes, Api& api);
void add_payment_routes(std::vector<Route>& routes, Api& api);
void add_point_routes(std::vector<Route>& routes, Api& api);
void add_concert_admin_routes(std::vector<Route>& routes, Api& api);
void add_schedule_admin_routes(std::vector<Route>& routes, Api& api);
void add_event_routes(std::vector<Route>& routes, Api& api);
void add_audit_routes(std::vector<Route>& routes, Api& api);
void add_counter_routes(std::vector<Route>& routes, Api& api);
void add_info_routes(std::vector<Route>& routes, Api& api);
void add_time_routes(std::vector<Route>& routes, Api& api);
void add_actuator_routes(std::vector<Route>& routes, Api& api);
void add_page_routes(std::vector<Route>& routes);

}  // namespace frontrow::http

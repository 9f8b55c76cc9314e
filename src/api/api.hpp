// What every handler of the sale's API works with: the sale, and how a handler answers later. A handler reads its request through
// api/request_reader.hpp.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/client_limits.hpp"
#include "api/jwt.hpp"
#include "api/key_source.hpp"
#include "api/sign_in.hpp"
#include "api/user_directory.hpp"
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

// Passes that joins show (api/join_pass.hpp).
struct PassRules {
  const JwtVerifier* keys = nullptr;  // null: none is verified here
  bool is_always_wanted = false;      // not only by queues that say so
  Duration longest = std::chrono::minutes{10};
};

struct ApiSettings {
  std::string admin_token;           // an owner's; compared in constant time, never printed
  std::string charge_token = {};     // the payment service's, like admin_token; empty: users charge for themselves
  const JwtVerifier* jwt = nullptr;  // null: auth.mode=open, a userId is believed
  KeySource* keys = nullptr;         // null: the key never changes by itself
  UserDirectory* users = nullptr;    // null: every subject is a number
  PassRules passes = {};
  ClientLimits* limits = nullptr;  // null: none
  std::string_view version;
  std::string_view profile;
  std::string default_time_zone = "Asia/Seoul";  // of concerts that name none
  std::string top_up_url = {};                   // where buyers buy points; empty: not given
  std::string instance = {};                     // of several servers, this one; empty: the only one
  TimePoint started_at;
  std::function<std::vector<HealthPart>()> parts = [] { return std::vector<HealthPart>{}; };
};

// Where a command comes from.
struct Origin {
  Origin(std::string traceparent, Actor actor = {}) : traceparent(std::move(traceparent)), actor(std::move(actor)) {}
  std::string traceparent;  // the request's, for the events the command makes
  Actor actor;              // the operator, for the deeds it makes
};

using ConcertPtr = std::shared_ptr<const ConcertEntry>;

class Api {
 public:
  Api(Sale& sale, ApiSettings given)
      : sale(sale), settings(std::move(given)), sign_ins(sale.operators, settings.admin_token, settings.limits) {}

  Sale& sale;
  const ApiSettings settings;
  SignIns sign_ins;
  // Once a second or so, on any thread: drops renderings that nobody has asked for lately.
  std::function<void()> tend = [] {};
  std::atomic<bool> is_ready{false};  // true between "listening" and "draining"

  // UNAUTHORIZED without the payment service's token, FORBIDDEN with a wrong one, if charges want one.
  std::optional<Refusal> refuse_service(const Request& request) const;
  bool is_charged_by_service() const { return !settings.charge_token.empty(); }
  // CONCERT_NOT_FOUND.
  Result<ConcertPtr> concert(ConcertId id) const;

  // For the thread that decides, whichever it is: answers with `render(outcome)`, a Response or a refusal, on the connection's
  // thread; or calls `render(responder, outcome)` there, which answers later.
  template <class Outcome, class Render>
  static auto answer(Responder responder, Render render) {
    return [responder = std::move(responder), render = std::move(render)](Result<Outcome> outcome) mutable {
      std::move(responder).resume([outcome = std::move(outcome), render = std::move(render)](Responder back) mutable {
        if (!outcome) return std::move(back).refuse(std::move(outcome.error()));
        if constexpr (std::invocable<Render&, Responder, Outcome>)
          render(std::move(back), std::move(*outcome));
        else
          respond(std::move(back), render(std::move(*outcome)));
      });
    };
  }

  // Goes on with `next(responder)` on the connection's thread once the queue knows the ticket; at once when it does already.
  template <class Next>
  void once_known(std::shared_ptr<PublicQueue> queue, const Ticket& ticket, Purpose purpose, Responder responder, Next next) const {
    if (queue->knows(ticket, purpose, sale.clock.now())) return next(std::move(responder));
    PublicQueue& asked = *queue;
    asked.submit_ask(ticket, once_told(std::move(queue), ticket, purpose, std::move(responder), std::move(next)));
  }

  // The same when the queue has been asked already. If the question failed, because a room has gone away meanwhile, what was seen
  // of the room last will do.
  template <class Next>
  auto once_told(std::shared_ptr<PublicQueue> queue, const Ticket& ticket, Purpose purpose, Responder responder, Next next) const {
    return [this, queue = std::move(queue), ticket, purpose, responder = std::move(responder), next = std::move(next)](
               Result<Nothing> told) mutable {
      std::move(responder).resume(
          [this, queue, ticket, purpose, told = std::move(told), next = std::move(next)](Responder back) mutable {
            if (!told && !queue->knows(ticket, purpose, sale.clock.now())) return std::move(back).refuse(std::move(told.error()));
            next(std::move(back));
          });
    };
  }

  // Runs a command C made of `args`, and answers with `render(outcome)`, on the connection's thread, once it is durable.
  template <class C, class Render, class... Args>
  void commit(Responder responder, CommandClass command_class, Origin origin, Render render, Args&&... args) const {
    if (sale.commits.is_full_for(command_class)) return std::move(responder).refuse(refusal_of(CommitStatus::dropped));
    auto done = answer<typename C::OutcomeType>(std::move(responder), std::move(render));
    auto command = std::make_unique<C>(std::forward<Args>(args)..., std::move(done));
    command->traceparent = std::move(origin.traceparent);
    command->actor = std::move(origin.actor);
    sale.commits.submit(std::move(command), command_class);
  }

  // Goes on with `next(responder, map)` on the connection's thread once the seats of the date are in memory; at once when they are.
  template <class Next>
  void with_seats(Responder responder, const std::shared_ptr<Hall>& hall, Next next) const {
    if (auto map = hall->map(sale.clock.now())) return next(std::move(responder), std::move(map));
    sale.halls.look(hall, answer<Halls::MapPtr>(std::move(responder), std::move(next)));
  }

  // Asks a reader and answers with `render(answer)`, a Response or a refusal, on the connection's thread.
  template <class Query, class Render>
  void read(Responder responder, Query query, Render render) const {
    using Read = std::invoke_result_t<Query&, StoreReader&>;
    auto shared = std::make_shared<Responder>(std::move(responder));
    const bool taken = sale.readers.ask(std::move(query), [shared, render = std::move(render)](Result<Read> found) mutable {
      answer<Read>(std::move(*shared), std::move(render))(std::move(found));
    });
    if (!taken) std::move(*shared).refuse(refusal_of(CommitStatus::dropped));
  }
};

// The token of `Authorization: Bearer …`, if there is one.
std::optional<std::string_view> bearer(const Request& request);

// All of `text` as a plain decimal integer.
std::optional<std::int64_t> parse_integer(std::string_view text);

// A number in [0, 1) that spreads polls; of this thread's own dice.
double jitter();

// Every route of the server; the one table there is.
std::vector<Route> all_routes(Api& api);
// The table without Swagger UI and without the operators' part of the API description.
std::vector<Route> without_description(std::vector<Route> table);

}  // namespace frontrow::http

#include "http/toy_server.hpp"

#include <stdexcept>

#include "http/json_writer.hpp"
#include "support/faults/every_exception.hpp"

namespace frontrow::http {

namespace {

// The handler's view of a request, to compare with the sent bytes.
std::string describe(const Request& request) {
  std::string out;
  JsonWriter json{out};
  json.begin_object().field("method", request.method()).field("path", request.path()).field("body", request.body());
  json.field("contentType", request.header("content-type")).field("traceId", request.trace_id());
  json.field("peer", request.peer().to_string()).end_object();
  return out;
}

}  // namespace

ToyServer::ToyServer(ServerSettings settings) : server_(std::move(settings), Router{routes()}, hooks()) { server_.start(); }
ToyServer::~ToyServer() { server_.stop(std::chrono::seconds{5}); }

std::size_t ToyServer::kept() {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

Responder ToyServer::take_kept() {
  const std::lock_guard lock(mutex_);
  Responder first = std::move(kept_.front());
  std::vector<Responder> rest;
  for (std::size_t i = 1; i < kept_.size(); ++i) rest.push_back(std::move(kept_[i]));
  kept_.swap(rest);
  return first;
}

std::optional<EventStream> ToyServer::stream() {
  const std::lock_guard lock(mutex_);
  return stream_;
}

// Answers from another thread.
void ToyServer::later(Responder responder) {
  const std::lock_guard lock(mutex_);
  threads_.emplace_back([responder = std::move(responder)]() mutable {
    std::move(responder).resume([](Responder back) { std::move(back).send(Response::json("\"later\"")); });
  });
}

std::vector<Route> ToyServer::routes() {
  const auto echo = [](const Request& request, Responder responder) {
    std::move(responder).send(Response::json(describe(request)));
  };
  std::vector<Route> routes;
  routes.push_back({.method = "GET", .pattern = "/hello", .handler = [](const Request&, Responder responder) {
                      std::move(responder).send(Response::json("\"hello\""));
                    }});
  routes.push_back({.method = "GET", .pattern = "/poison", .handler = [this](const Request&, Responder responder) {
                      ++poisoned;
                      std::move(responder).send(Response::json("\"poison\""));
                    }});
  routes.push_back({.method = "POST", .pattern = "/echo", .handler = echo});
  routes.push_back({.method = "DELETE", .pattern = "/echo", .handler = echo});
  routes.push_back({.method = "GET", .pattern = "/things/{thingId}", .handler = [](const Request& request, Responder responder) {
                      std::move(responder).send(Response::json(std::to_string(request.id<SeatId>("thingId").value)));
                    }});
  routes.push_back({.method = "POST", .pattern = "/json", .handler = [](const Request& request, Responder responder) {
                      const auto json = request.json();
                      if (!json) return std::move(responder).refuse(json.error());
                      std::move(responder).send(Response::json(std::to_string(json->size())));
                    }});
  routes.push_back({.method = "POST",
                    .pattern = "/admin/upload",
                    .needs = Needs::admin,
                    .body_limit = BodyLimit::large,
                    .handler = [](const Request& request, Responder responder) {
                      std::move(responder).send(Response::json(std::to_string(request.body().size())));
                    }});
  routes.push_back({.method = "GET", .pattern = "/nothing", .handler = [](const Request&, Responder responder) {
                      std::move(responder).send(Response::no_content());
                    }});
  routes.push_back({.method = "GET", .pattern = "/chunks", .handler = [](const Request&, Responder responder) {
                      static const auto shared = std::make_shared<const std::string>(100'000, 'c');
                      std::vector<SharedBytes> parts(100, shared);
                      parts.push_back(std::make_shared<const std::string>("]"));
                      std::move(responder).send(
                          {.body = "[", .parts = std::make_shared<const std::vector<SharedBytes>>(std::move(parts))});
                    }});
  routes.push_back({.method = "GET", .pattern = "/later", .handler = [this](const Request&, Responder responder) {
                      later(std::move(responder));
                    }});
  routes.push_back({.method = "GET", .pattern = "/keep", .handler = [this](const Request&, Responder responder) {
                      const std::lock_guard lock(mutex_);
                      kept_.push_back(std::move(responder));
                    }});
  routes.push_back({.method = "GET", .pattern = "/gate", .handler = [this](const Request&, Responder responder) {
                      is_at_gate = true;
                      is_gate_open.wait(false);
                      std::move(responder).send(Response::json("\"gate\""));
                    }});
  routes.push_back({.method = "GET", .pattern = "/mark", .handler = [this](const Request&, Responder responder) {
                      marked = handled.load();
                      std::move(responder).send(Response::json("\"mark\""));
                    }});
  routes.push_back({.method = "GET", .pattern = "/too-often", .handler = [](const Request&, Responder responder) {
                      std::move(responder).refuse({.code = ErrorCode::too_many_requests});
                    }});
  routes.push_back({.method = "GET", .pattern = "/own", .handler = [](const Request&, Responder responder) {
                      std::move(responder).send({.body = std::string(16 << 20, 'o')});
                    }});
  routes.push_back({.method = "GET", .pattern = "/client", .handler = [](const Request& request, Responder responder) {
                      const auto client = request.client();
                      std::move(responder).send(Response::json(client ? client->to_string() : "-"));
                    }});
  routes.push_back({.method = "GET", .pattern = "/dropped", .handler = [](const Request&, Responder) {}});
  routes.push_back({.method = "GET", .pattern = "/throws", .handler = [](const Request&, Responder) {
                      throw std::runtime_error("on purpose");
                    }});
  routes.push_back({.method = "GET", .pattern = "/throws/{thingId}", .handler = [](const Request& request, Responder) {
                      test::every_exception().at(static_cast<std::size_t>(request.id<SeatId>("thingId").value) - 1).now();
                    }});
  routes.push_back(
      {.method = "GET", .pattern = "/throws-later/{thingId}", .handler = [](const Request& request, Responder responder) {
         const auto number = static_cast<std::size_t>(request.id<SeatId>("thingId").value) - 1;
         std::move(responder).resume([number](Responder) { test::every_exception().at(number).now(); });
       }});
  routes.push_back({.method = "GET", .pattern = "/stream", .handler = [this](const Request&, Responder responder) {
                      const EventStream stream = std::move(responder).stream({.content_type = "text/event-stream"});
                      stream.on_closed([this] { ++streams_closed; });
                      const std::lock_guard lock(mutex_);
                      stream_ = stream;
                    }});
  routes.push_back({.method = "GET", .pattern = "/short-stream", .handler = [](const Request&, Responder responder) {
                      const EventStream stream = std::move(responder).stream({.content_type = "text/event-stream"});
                      stream.write("data: 1\n\n");
                      stream.write("data: 2\n\n");
                      stream.end();
                    }});
  return routes;
}

Hooks ToyServer::hooks() {
  return {.before_body = [](const Request& request) -> std::optional<Refusal> {
            if (request.route().needs != Needs::admin || request.header("authorization") == "Bearer admin") return {};
            return Refusal{.code = ErrorCode::unauthorized};
          },
          .on_answered = [this](const Answered&) { ++handled; }};
}

bool eventually(const std::function<bool()>& is_true) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!is_true()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace frontrow::http

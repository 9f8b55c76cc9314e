#include "bench/engine.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <stdexcept>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "bench/answer.hpp"

namespace frontrow::bench {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int kPerSource = 10'000;  // connections from one source address: the kernel has 28,000 ports for each
constexpr std::size_t kOpenAtOnce = 256;
constexpr std::size_t kScratch = 256 * 1024;
constexpr std::size_t kKeptBody = 16 * 1024;
constexpr std::chrono::milliseconds kHouse{100};
constexpr std::chrono::milliseconds kOpenAgain{100};

bool is_would_block(const error_code& ec) { return ec == asio::error::would_block || ec == asio::error::try_again; }

}  // namespace

struct Engine::Connection {
  using Socket = asio::basic_stream_socket<tcp, Context::executor_type>;
  enum class State : std::uint8_t { closed, opening, idle, busy };

  Connection(Context& context, int number_, Lane& lane_) : socket(context.get_executor()), number(number_), lane(lane_) {}

  Socket socket;
  const int number;
  Lane& lane;
  State state = State::closed;
  std::uint32_t generation = 0;  // of the socket: a handler of an older socket does nothing
  Call call;
  Instant sent_at;
  Instant open_again;
  std::string out;
  std::size_t sent = 0;
  std::string early;  // the beginning of a head
  std::string body;
  std::optional<ResponseParser> parser;
};

Engine::Engine(const EngineSettings& settings)
    : settings_(settings),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE),
      tick_(context_.get_executor()),
      house_(context_.get_executor()),
      scratch_(kScratch) {
  for (const std::uint16_t port : settings.ports) servers_.emplace_back(asio::ip::make_address(settings.host), port);
  for (int i = 0; i < settings.connections; ++i)
    connections_.push_back(std::make_unique<Connection>(context_, i, i < settings.connections_inside ? inside_ : everybody_));
  open_all();
}

Engine::~Engine() = default;

void Engine::open_all() {
  const Instant deadline = steady_now() + std::chrono::seconds{30};
  std::size_t next = 0;
  while (open_ < connections_.size() && steady_now() < deadline) {
    while (opening_ < kOpenAtOnce && next < connections_.size()) open(*connections_[next++]);
    context_.restart();
    context_.run_one_for(kHouse);
    if (opening_ == 0 && next == connections_.size()) break;
  }
  if (open_ == 0) throw std::runtime_error("cannot connect to " + settings_.host + ":" + std::to_string(settings_.ports.front()));
}

void Engine::open(Connection& connection) {
  connection.state = Connection::State::opening;
  ++connection.generation;
  ++opening_;
  error_code ec;
  const tcp::endpoint& server = servers_[static_cast<std::size_t>(connection.number) % servers_.size()];
  connection.socket.open(server.protocol(), ec);
  if (!ec && server.address().is_loopback() && server.address().is_v4()) {
    const int one = 1;
    setsockopt(connection.socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    const auto source = static_cast<std::uint32_t>(settings_.first_source + connection.number / kPerSource);
    connection.socket.bind(tcp::endpoint(asio::ip::address_v4(INADDR_LOOPBACK + source), 0), ec);
  }
  const auto opened = [this, &connection, generation = connection.generation](const error_code& failed) {
    if (generation != connection.generation) return;
    --opening_;
    if (failed) return close(connection, true);
    on_open(connection);
  };
  if (ec) return opened(ec);
  connection.socket.async_connect(server, opened);
}

void Engine::on_open(Connection& connection) {
  error_code ignored;
  connection.socket.set_option(tcp::no_delay(true), ignored);
  connection.socket.non_blocking(true, ignored);
  connection.state = Connection::State::idle;
  ++open_;
  wait_readable(connection);
  release(connection);
}

// Closes only the socket; requests under way have been settled.
void Engine::close(Connection& connection, bool again) {
  if (connection.state == Connection::State::idle || connection.state == Connection::State::busy) --open_;
  if (connection.state == Connection::State::idle) std::erase(connection.lane.idle, &connection);
  ++connection.generation;
  connection.state = Connection::State::closed;
  connection.early.clear();
  error_code ignored;
  connection.socket.close(ignored);
  if (again) connection.open_again = steady_now() + kOpenAgain;
}

void Engine::wait_readable(Connection& connection) {
  connection.socket.async_wait(Connection::Socket::wait_read,
                               [this, &connection, generation = connection.generation](const error_code& ec) {
                                 if (!ec && generation == connection.generation) on_readable(connection);
                               });
}

void Engine::on_readable(Connection& connection) {
  const std::uint32_t generation = connection.generation;
  error_code ec;
  const std::size_t count = connection.socket.read_some(asio::buffer(scratch_), ec);
  if (is_would_block(ec)) return wait_readable(connection);
  if (connection.state != Connection::State::busy) {
    // No request is under way: the server has closed an idle connection.
    if (tally_ != nullptr) ++tally_->reconnects;
    return close(connection, true);
  }
  if (ec) return fail(connection, kConnectionLost);
  bool is_whole = false;
  if (connection.early.empty()) {
    is_whole = feed(connection, {scratch_.data(), count});
  } else {
    std::string bytes = std::exchange(connection.early, {});
    bytes.append(scratch_.data(), count);
    is_whole = feed(connection, bytes);
  }
  if (generation != connection.generation) return;
  wait_readable(connection);
  if (is_whole) finish(connection);
}

// True if the answer is complete.
bool Engine::feed(Connection& connection, std::string_view bytes) {
  ResponseParser& parser = *connection.parser;
  while (!bytes.empty() && !parser.is_done()) {
    error_code ec;
    const std::size_t used = parser.put(asio::buffer(bytes), ec);
    bytes.remove_prefix(used);
    if (ec == boost::beast::http::error::need_more) break;
    if (ec) {
      fail(connection, kBadAnswer);
      return false;
    }
  }
  if (parser.is_done()) {
    if (bytes.empty()) return true;
    fail(connection, kBadAnswer);  // more bytes than one answer
    return false;
  }
  connection.early.assign(bytes);
  return false;
}

void Engine::fail(Connection& connection, Outcome outcome) {
  const Call call = connection.call;
  --busy_;
  close(connection, true);
  settle(call, outcome, {});
}

void Engine::finish(Connection& connection) {
  const Call call = connection.call;
  --busy_;
  const ResponseParser& parser = *connection.parser;
  const Outcome outcome = outcome_of(parser.status(), parser.status() < 400 ? std::string_view{} : problem_code(connection.body));
  const bool keeps = parser.keep_alive();
  // The scenario may use this connection for its next request, and the body must stay until the scenario has read it.
  std::string body = std::move(connection.body);
  if (keeps) {
    connection.state = Connection::State::idle;
    release(connection);
  } else {
    close(connection, false);
    open(connection);
  }
  settle(call, outcome, body);
  if (body.capacity() > kKeptBody) body = {};
  if (connection.body.empty() && connection.state != Connection::State::busy) connection.body = std::move(body);
}

void Engine::settle(const Call& call, Outcome outcome, std::string_view body) {
  if (tally_ == nullptr) return;
  const Instant now = steady_now();
  tally_->record(call.endpoint, outcome, now - call.intended);
  tally_->last_answer = now;
  scenario_->on_answer(call, {outcome, body});
}

void Engine::release(Connection& connection) {
  Lane& lane = connection.lane;
  if (!lane.backlog.empty()) {
    const Call call = lane.backlog.front();
    lane.backlog.pop_front();
    return send(connection, call);
  }
  lane.idle.push_back(&connection);
}

Engine::Lane& Engine::lane_of(Endpoint endpoint) {
  const bool is_outside = endpoint == Endpoint::join || endpoint == Endpoint::poll;
  return settings_.connections_inside == 0 || is_outside ? everybody_ : inside_;
}

void Engine::call(std::uint32_t user, Endpoint endpoint, Instant intended) {
  if (is_ending_) return;
  const Call call{user, endpoint, intended};
  Lane& lane = lane_of(endpoint);
  if (lane.idle.empty()) {
    if (lane.backlog.size() >= settings_.backlog) return settle(call, kDropped, {});
    lane.backlog.push_back(call);
    return;
  }
  Connection& connection = *lane.idle.front();
  lane.idle.pop_front();
  send(connection, call);
}

void Engine::send(Connection& connection, const Call& call) {
  connection.state = Connection::State::busy;
  ++busy_;
  connection.call = call;
  connection.sent_at = steady_now();
  connection.out.clear();
  connection.sent = 0;
  connection.parser.emplace(connection.body);
  scenario_->write_request(call, connection.out);
  flush(connection);
}

void Engine::flush(Connection& connection) {
  while (connection.sent < connection.out.size()) {
    error_code ec;
    connection.sent += connection.socket.write_some(
        asio::buffer(connection.out.data() + connection.sent, connection.out.size() - connection.sent), ec);
    if (is_would_block(ec)) {
      connection.socket.async_wait(Connection::Socket::wait_write,
                                   [this, &connection, generation = connection.generation](const error_code& failed) {
                                     if (!failed && generation == connection.generation) flush(connection);
                                   });
      return;
    }
    // The other side has closed. Reading finds the rest, and settles it there: a scenario is never called from within
    // its own call.
    if (ec) return;
  }
}

void Engine::at(Instant due, std::uint32_t user) {
  due_.push({due, user});
  arm();
}

void Engine::journey_over(Instant now) {
  ++tally_->journeys;
  if (pace_.closed_loop > 0 && !is_ending_) scenario_->on_arrival(now);
}

// One timer for all: set to the earliest due time.
void Engine::arm() {
  Instant next = ends_;
  if (!due_.empty()) next = std::min(next, due_.top().at);
  if (const auto arrival = pace_.arrivals.peek()) next = std::min(next, started_ + *arrival);
  if (next >= armed_) return;
  armed_ = next;
  tick_.expires_at(next);
  tick_.async_wait([this](const error_code& ec) {
    if (!ec) on_tick();
  });
}

void Engine::on_tick() {
  constexpr int kAtOnce = 256;  // then the sockets have a turn
  armed_ = Instant::max();
  const Instant now = steady_now();
  if (is_ending_) return;
  if (now >= ends_) return end(now);
  for (int i = 0; i < kAtOnce; ++i) {
    const auto arrival = pace_.arrivals.peek();
    if (!arrival || started_ + *arrival > now) break;
    pace_.arrivals.pop();
    scenario_->on_arrival(started_ + *arrival);
  }
  for (int i = 0; i < kAtOnce && !due_.empty() && due_.top().at <= now; ++i) {
    const Due due = due_.top();
    due_.pop();
    scenario_->on_due(due.user, due.at);
  }
  arm();
}

void Engine::keep_house() {
  const Instant now = steady_now();
  tally_->backlog = everybody_.backlog.size() + inside_.backlog.size();
  for (const auto& connection : connections_) {
    if (connection->state == Connection::State::busy && now - connection->sent_at > settings_.timeout) fail(*connection, kTimedOut);
    if (connection->state == Connection::State::closed && now >= connection->open_again) open(*connection);
  }
  drop_late(everybody_, now);
  drop_late(inside_, now);
  if (!is_ending_ && (scenario_->is_over() || is_cancelled_())) end(now);
  house_.expires_at(now + kHouse);
  house_.async_wait([this](const error_code& ec) {
    if (!ec) keep_house();
  });
}

void Engine::drop_late(Lane& lane, Instant now) {
  while (!lane.backlog.empty() && now - lane.backlog.front().intended > settings_.timeout) {
    const Call call = lane.backlog.front();
    lane.backlog.pop_front();
    settle(call, open_ == 0 ? kNotConnected : kDropped, {});
  }
}

void Engine::end(Instant) {
  is_ending_ = true;
  // The request was never sent, so the server has not refused it.
  everybody_.backlog.clear();
  inside_.backlog.clear();
  due_ = {};
}

void Engine::run(Scenario& scenario, Tally& tally, Pace pace, std::chrono::nanoseconds length,
                 const std::function<bool()>& is_cancelled) {
  scenario_ = &scenario;
  tally_ = &tally;
  pace_ = std::move(pace);
  is_cancelled_ = is_cancelled;
  is_ending_ = false;
  started_ = steady_now();
  ends_ = started_ + length;
  armed_ = Instant::max();
  tally.last_answer = started_;
  context_.restart();
  scenario.on_begin(started_);
  for (int i = 0; i < pace_.closed_loop; ++i) scenario.on_arrival(started_);
  arm();
  keep_house();
  while ((!is_ending_ || busy_ > 0) && context_.run_one() > 0) {
    if (!is_ending_ && scenario.is_over()) end(steady_now());
  }
  tick_.cancel();
  house_.cancel();
  context_.restart();
  context_.poll();
  tally.backlog = 0;
  tally_ = nullptr;
  scenario_ = nullptr;
}

}  // namespace frontrow::bench

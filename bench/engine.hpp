// Sends requests over a pool of kept-alive connections, and measures their time. One thread, one io_context, bounds on
// everything.
//
// A call waits for a free connection, in order; after the timeout it is dropped and counted. Some connections may be
// reserved for people inside, and their calls wait only for these. A connection that ends between two requests is
// opened again. If it ends within a request, the result of that request is `connection lost`; it is never repeated
// silently.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "bench/arrivals.hpp"
#include "bench/response_parser.hpp"
#include "bench/scenario.hpp"
#include "bench/tally.hpp"

namespace frontrow::bench {

struct EngineSettings {
  std::string host = "127.0.0.1";
  std::vector<std::uint16_t> ports{8080};  // connections take them in turn
  int connections = 64;
  // Among them, reserved for all calls but joins and polls; 0: every call may use every connection.
  int connections_inside = 0;
  int first_source = 0;  // loopback only: connections take 127.0.0.x in turn, kPerSource to an address
  std::chrono::milliseconds timeout{10'000};
  std::size_t backlog = 200'000;
};

struct Pace {
  Arrivals arrivals = Arrivals::none();
  int closed_loop = 0;  // journeys under way at any time, besides the arrivals
};

class Engine {
 public:
  // Throws std::runtime_error if the server cannot be reached.
  explicit Engine(const EngineSettings& settings);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Runs until the scenario is over, `length` has passed or `is_cancelled` returns true; then waits for the calls under
  // way. Calls that are requested after the end are not sent.
  void run(Scenario& scenario, Tally& tally, Pace pace, std::chrono::nanoseconds length, const std::function<bool()>& is_cancelled);

  // For scenarios.
  void call(std::uint32_t user, Endpoint endpoint, Instant intended);
  void at(Instant due, std::uint32_t user);
  void journey_over(Instant now);
  Tally& tally() { return *tally_; }

  std::size_t open_connections() const { return open_; }

 private:
  using Context = boost::asio::io_context;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                                  Context::executor_type>;
  struct Connection;
  // Calls and the connections they share.
  struct Lane {
    std::deque<Connection*> idle;
    std::deque<Call> backlog;
  };
  struct Due {
    Instant at;
    std::uint32_t user;
    bool operator>(const Due& other) const { return at > other.at; }
  };

  void open_all();
  void open(Connection& connection);
  void on_open(Connection& connection);
  void close(Connection& connection, bool again);
  void wait_readable(Connection& connection);
  void on_readable(Connection& connection);
  bool feed(Connection& connection, std::string_view bytes);
  void send(Connection& connection, const Call& call);
  void flush(Connection& connection);
  void finish(Connection& connection);
  void fail(Connection& connection, Outcome outcome);
  void settle(const Call& call, Outcome outcome, std::string_view body);
  void release(Connection& connection);
  void arm();
  void on_tick();
  void keep_house();
  void drop_late(Lane& lane, Instant now);
  Lane& lane_of(Endpoint endpoint);
  void end(Instant now);

  const EngineSettings settings_;
  Context context_;
  Timer tick_;
  Timer house_;
  std::vector<boost::asio::ip::tcp::endpoint> servers_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Lane everybody_;
  Lane inside_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<char> scratch_;
  std::size_t open_ = 0;
  std::size_t busy_ = 0;
  std::size_t opening_ = 0;

  // For the present run.
  Scenario* scenario_ = nullptr;
  Tally* tally_ = nullptr;
  Pace pace_;
  Instant started_;
  Instant ends_;
  Instant armed_ = Instant::max();
  std::function<bool()> is_cancelled_;
  bool is_ending_ = false;
};

}  // namespace frontrow::bench

// One HTTP thread: its event loop, its listener, its connections and their shared parts. Everything except mailbox()
// belongs to that thread.
#pragma once

#include <array>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <condition_variable>
#include <memory>
#include <vector>

#include "base/mutex.hpp"
#include "http/deadline_list.hpp"
#include "http/incoming.hpp"
#include "http/mailbox.hpp"
#include "http/outgoing.hpp"
#include "http/server.hpp"

namespace frontrow::http {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
// Concrete executors: a type-erased executor costs a fifth of the request rate.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

class Connection;
using ConnectionPtr = boost::intrusive_ptr<Connection>;

// The time between requests is `warm`, then `idle`. `pause`: after a refusal for asking too often, until the next request of
// the same packet has its turn.
enum class TimeLimit : std::uint8_t { warm, idle, header, body, write, linger, heartbeat, pause };

// Of the connections of one address.
Refusal too_many_connections();

class Loop {
 public:
  // Of the server; all of it outlives the loop. `loops` is complete before run().
  struct Shared {
    const ServerSettings& settings;
    const Router& router;
    const Hooks& hooks;
    ConnectionCount& count;
    WaitingBytes& waiting;
    Clients& clients;
    Tally& by_address;
    const std::vector<std::unique_ptr<Loop>>& loops;
  };
  explicit Loop(const Shared& shared);
  ~Loop();

  // Before run(), on the thread that starts this one. Throws boost::system::system_error.
  tcp::endpoint listen(const tcp::endpoint& endpoint);

  void run();
  // From any thread.
  void announce_stop();
  void start_drain();
  void close_all();
  // True if run() has returned within `time`.
  bool wait_ended(std::chrono::milliseconds time);

  // The loop of the calling thread; null if it has none.
  static Loop* current();
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

  const ServerSettings& settings() const { return shared_.settings; }
  const Router& router() const { return shared_.router; }
  const Hooks& hooks() const { return shared_.hooks; }
  // True once connections are to be left after their next answer.
  bool is_leaving() const { return leaving_; }
  bool is_draining() const { return draining_; }

  // The time at which the present event began.
  SteadyTime now() const { return now_; }
  void touch();
  // The Date of an answer, at most a second old.
  std::string_view date() const { return date_; }

  void set_deadline(Connection& connection, TimeLimit limit);
  bool is_under(const Connection& connection, TimeLimit limit) const;

  // The connection of this exchange; null if the exchange is over.
  ConnectionPtr find(ExchangeKey key) const;
  std::uint64_t next_exchange() { return ++exchanges_; }
  void remove(Connection& connection);

  std::unique_ptr<Incoming> take_incoming() { return take(incoming_pool_); }
  void give_back(std::unique_ptr<Incoming> incoming) { give(incoming_pool_, std::move(incoming)); }
  std::unique_ptr<Outgoing> take_outgoing() { return take(outgoing_pool_); }
  void give_back(std::unique_ptr<Outgoing> outgoing) { give(outgoing_pool_, std::move(outgoing)); }
  // A connection that keeps its buffer between requests. There is room for few.
  bool has_room_for_warm() const { return warm_ < kPooled; }
  void count_warm(int change) { warm_ += static_cast<std::size_t>(change); }
  Clients& clients() { return shared_.clients; }
  // A place among the connections of this address; nothing if it has enough.
  std::optional<Tally::Hold> place_for(const IpAddress& address);

  // Calls fn() on this thread once all that is ready now has had its turn.
  template <class F>
  void later(F fn) {
    asio::post(io_, std::move(fn));
  }
  // Bytes that wait for a slow reader. Over the limit, the connections go that have not read for longest; that may be
  // the caller's.
  WaitingBytes& waiting() { return shared_.waiting; }
  void drop_slowest();

  // For bytes that are thrown away.
  std::span<char> scratch() { return scratch_; }

 private:
  template <class T>
  using Pool = std::vector<std::unique_ptr<T>>;
  static constexpr std::size_t kPooled = 128;

  template <class T>
  static std::unique_ptr<T> take(Pool<T>& pool) {
    if (pool.empty()) return std::make_unique<T>();
    auto taken = std::move(pool.back());
    pool.pop_back();
    return taken;
  }
  template <class T>
  static void give(Pool<T>& pool, std::unique_ptr<T> given) {
    if (!given || pool.size() == kPooled) return;
    given->reset();
    pool.push_back(std::move(given));
  }

  void wait_accept();
  void accept_some();
  bool accept_one();
  void admit(Socket socket, const IpAddress& peer);
  void pause_accepting(std::string_view reason);
  bool make_room();
  bool evict_idle();
  bool evict(Deadline& deadline);
  void add(Socket socket, const IpAddress& peer, Tally::Hold place);
  void turn_away(Socket socket, const IpAddress& peer, const Refusal& refusal);
  ConnectionPtr take_slot(Socket socket, const IpAddress& peer, bool within_limit);
  void tick();
  void refresh_date();
  void wait_tick();
  void drain();
  void end_when_empty();
  template <class F>
  void for_each_connection(F fn);

  const Shared shared_;
  ConnectionCount& count_;

  // One thread uses the sockets, so the reactor needs no locks for them. Other threads only post.
  asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::executor_work_guard<Executor> work_{io_.get_executor()};
  Acceptor acceptor_{io_};
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor> timer_{io_};
  std::shared_ptr<Mailbox> mailbox_;

  SteadyTime now_;
  TimePoint dated_;  // the second of date_
  std::string date_;
  std::array<DeadlineList, 8> deadlines_;
  std::vector<ConnectionPtr> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::size_t open_ = 0;      // connections of this loop
  std::size_t asked_ = 0;     // of the other loops, the one that was asked for room last
  std::size_t refusing_ = 0;  // the number of open connections beyond the limit, which only get a refusal
  std::size_t warm_ = 0;
  std::uint64_t exchanges_ = 0;
  bool leaving_ = false;
  bool draining_ = false;
  bool accept_paused_ = false;
  bool accept_waiting_ = false;
  SteadyTime next_warning_;
  Pool<Incoming> incoming_pool_;
  Pool<Outgoing> outgoing_pool_;
  std::array<char, 16 * 1024> scratch_;

  Mutex ended_mutex_;
  std::condition_variable_any ended_changed_;
  bool ended_ GUARDED_BY(ended_mutex_) = false;
};

}  // namespace frontrow::http

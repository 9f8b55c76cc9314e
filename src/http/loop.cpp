#include "http/loop.hpp"

#include <sys/socket.h>

#include "base/boundary.hpp"
#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/wall_clock.hpp"
#include "http/connection.hpp"
#include "http/date.hpp"

namespace frontrow::http {

namespace {

using boost::system::error_code;

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kTick{100};  // a deadline is noticed at most this late
constexpr int kAcceptAtOnce = 64;                // then the connections get their turn
constexpr std::size_t kMostRefusing = 64;        // connections that only get the answer that there is no room
constexpr std::chrono::seconds kBetweenWarnings{10};
constexpr std::chrono::seconds kPause{1};  // the least that Retry-After says

// The first part of the idle time: a client in a stream of requests comes back within it.
Timeouts::Duration warm_time(const Timeouts& timeouts) { return std::min(Timeouts::Duration{500}, timeouts.idle / 2); }

thread_local Loop* current_loop = nullptr;

}  // namespace

Loop::Loop(const Shared& shared)
    : shared_(shared),
      count_(shared.count),
      mailbox_(std::make_shared<Mailbox>([this] {
        asio::post(io_, [this] {
          touch();
          mailbox_->drain();
        });
      })),
      now_(steady_now()),
      deadlines_{DeadlineList{warm_time(shared.settings.timeouts)},
                 DeadlineList{shared.settings.timeouts.idle - warm_time(shared.settings.timeouts)},
                 DeadlineList{shared.settings.timeouts.header},
                 DeadlineList{shared.settings.timeouts.body},
                 DeadlineList{shared.settings.timeouts.write},
                 DeadlineList{shared.settings.timeouts.linger},
                 DeadlineList{shared.settings.timeouts.heartbeat},
                 DeadlineList{kPause}} {}

Loop::~Loop() = default;

Loop* Loop::current() { return current_loop; }

tcp::endpoint Loop::listen(const tcp::endpoint& endpoint) {
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(Acceptor::reuse_address(true));
  const int on = 1;
  CHECK(::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0);
  acceptor_.set_option(tcp::no_delay(true));  // accepted sockets inherit this
  acceptor_.bind(endpoint);
  acceptor_.listen(kBacklog);
  acceptor_.non_blocking(true);
  return acceptor_.local_endpoint();
}

void Loop::run() {
  current_loop = this;
  touch();
  refresh_date();
  wait_accept();
  wait_tick();
  while (!contained("HTTP thread", [this] { io_.run(); })) {
  }
  mailbox_->close();
  current_loop = nullptr;
  const MutexLock lock(ended_mutex_);
  ended_ = true;
  ended_changed_.notify_all();
}

bool Loop::wait_ended(std::chrono::milliseconds time) {
  MutexLock lock(ended_mutex_);
  return ended_changed_.wait_for(lock, time, [this]() REQUIRES(ended_mutex_) { return ended_; });
}

void Loop::touch() { now_ = steady_now(); }

void Loop::set_deadline(Connection& connection, TimeLimit limit) {
  deadlines_[static_cast<std::size_t>(limit)].set(connection, now_);
}

bool Loop::is_under(const Connection& connection, TimeLimit limit) const {
  return connection.list() == &deadlines_[static_cast<std::size_t>(limit)];
}

ConnectionPtr Loop::find(ExchangeKey key) const {
  if (key.slot >= slots_.size() || !slots_[key.slot] || slots_[key.slot]->exchange() != key.number) return {};
  return slots_[key.slot];
}

Refusal too_many_connections() {
  return {.code = ErrorCode::too_many_requests, .detail = "Your address has too many connections open.", .retry_after = kTick};
}

std::optional<Tally::Hold> Loop::place_for(const IpAddress& address) {
  const std::size_t most = settings().max_connections_per_address;
  if (most == 0) return Tally::Hold{};
  auto place = shared_.by_address.add(prefix_of(address), static_cast<std::uint32_t>(most));
  if (!place) count_.limited.fetch_add(1, std::memory_order_relaxed);
  return place;
}

ConnectionPtr Loop::take_slot(Socket socket, const IpAddress& peer, bool within_limit) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  const ConnectionPtr connection{new Connection(*this, std::move(socket), peer, slot, within_limit)};
  free_slots_.pop_back();
  slots_[slot] = connection;
  ++open_;
  return connection;
}

void Loop::add(Socket socket, const IpAddress& peer, Tally::Hold place) {
  take_slot(std::move(socket), peer, true)->start(std::move(place));
}

// The connection only gets a refusal.
void Loop::turn_away(Socket socket, const IpAddress& peer, const Refusal& refusal) {
  const ConnectionPtr connection = take_slot(std::move(socket), peer, false);
  ++refusing_;
  connection->start_refusing(refusal);
}

void Loop::remove(Connection& connection) {
  --open_;
  if (connection.within_limit()) {
    count_.open.fetch_sub(1, std::memory_order_relaxed);
  } else {
    --refusing_;
  }
  free_slots_.push_back(connection.slot());
  slots_[connection.slot()].reset();
  end_when_empty();
}

void Loop::wait_accept() {
  if (accept_waiting_ || !acceptor_.is_open()) return;
  accept_waiting_ = true;
  acceptor_.async_wait(Acceptor::wait_read, [this](const error_code& ec) {
    accept_waiting_ = false;
    if (ec) return;
    touch();
    // Probably out of memory: the next tick goes on.
    if (!contained("taking in of connections", [this] { accept_some(); })) accept_paused_ = true;
  });
}

void Loop::accept_some() {
  for (int i = 0; i < kAcceptAtOnce; ++i) {
    if (!accept_one()) return;
  }
  wait_accept();
}

// False if there is no connection to accept, or no room.
bool Loop::accept_one() {
  if (refusing_ >= kMostRefusing) {
    pause_accepting("too many connections");
    return false;
  }
  Socket socket{io_};
  tcp::endpoint peer;
  error_code ec;
  acceptor_.accept(socket, peer, ec);
  if (ec == asio::error::would_block || ec == asio::error::try_again) {
    wait_accept();
    return false;
  }
  if (ec == asio::error::connection_aborted || ec == asio::error::interrupted) return true;
  if (!ec) socket.non_blocking(true, ec);
  if (ec) {  // out of files or memory
    pause_accepting(ec.message());
    return false;
  }
  admit(std::move(socket), peer.address());
  return true;
}

void Loop::admit(Socket socket, const IpAddress& peer) {
  Tally::Hold place;
  if (const auto client = clients().of_connection(peer)) {
    auto one = place_for(*client);
    // One address cannot make the loop busy with refusals: beyond some, its connections end without one.
    if (!one) return refusing_ < kMostRefusing / 2 ? turn_away(std::move(socket), peer, too_many_connections()) : void();
    place = std::move(*one);
  }
  if (count_.open.fetch_add(1, std::memory_order_relaxed) >= settings().max_connections && !make_room()) {
    count_.open.fetch_sub(1, std::memory_order_relaxed);
    count_.refused.fetch_add(1, std::memory_order_relaxed);
    return turn_away(
        std::move(socket), peer, {.code = ErrorCode::overloaded, .detail = "The server has no room for another connection."});
  }
  try {
    add(std::move(socket), peer, std::move(place));
  } catch (...) {
    count_.open.fetch_sub(1, std::memory_order_relaxed);
    throw;
  }
}

// Pauses until the next tick: new connections wait in the kernel's queue, and the loop does not spin.
void Loop::pause_accepting(std::string_view reason) {
  accept_paused_ = true;
  if (now_ < next_warning_) return;
  next_warning_ = now_ + kBetweenWarnings;
  log_warn("not accepting connections for a moment", {{"reason", reason}, {"connections", count_.open.load()}});
}

// A new client counts more than a connection that is kept for a next request. True if one of this loop's has been closed.
// Otherwise another loop closes one, for the next client.
bool Loop::make_room() {
  if (evict_idle()) return true;
  const auto& loops = shared_.loops;
  asked_ = (asked_ + 1) % loops.size();
  if (Loop* other = loops[asked_].get(); other != this) other->mailbox_->post([other] { other->evict_idle(); });
  return false;
}

// Closes the connection that has been idle for longest, or rather one that pauses because its client asks too often. A
// connection whose next request is arriving is not idle.
bool Loop::evict_idle() {
  constexpr int kLookedAt = 16;
  Deadline* next = deadlines_[static_cast<std::size_t>(TimeLimit::pause)].first();
  if (next != nullptr) return evict(*next);
  for (const TimeLimit limit : {TimeLimit::idle, TimeLimit::warm}) {
    next = deadlines_[static_cast<std::size_t>(limit)].first();
    for (int i = 0; i < kLookedAt && next != nullptr; ++i) {
      Deadline& one = *next;
      next = DeadlineList::next(one);
      if (auto& connection = static_cast<Connection&>(one); connection.within_limit() && connection.is_quiet()) return evict(one);
    }
  }
  return false;
}

bool Loop::evict(Deadline& deadline) {
  const ConnectionPtr connection{static_cast<Connection*>(&deadline)};
  count_.evicted.fetch_add(1, std::memory_order_relaxed);
  connection->close();
  return true;
}

void Loop::drop_slowest() {
  constexpr int kAtOnce = 256;
  for (int i = 0; i < kAtOnce && waiting().is_over(); ++i) {
    Deadline* const slowest = deadlines_[static_cast<std::size_t>(TimeLimit::write)].first();
    if (slowest == nullptr) return;
    count_.dropped.fetch_add(1, std::memory_order_relaxed);
    const ConnectionPtr connection{static_cast<Connection*>(slowest)};
    connection->close();
  }
}

void Loop::wait_tick() {
  timer_.expires_after(kTick);
  timer_.async_wait([this](const error_code& ec) {
    if (!ec) tick();
  });
}

// The text is made once a second, so that an answer's Date costs a copy.
void Loop::refresh_date() {
  const TimePoint second = std::chrono::floor<std::chrono::seconds>(wall_now());
  if (second == dated_) return;
  dated_ = second;
  date_ = http_date(second);
}

void Loop::tick() {
  touch();
  refresh_date();
  for (DeadlineList& list : deadlines_) {
    while (Deadline* due = list.due(now_)) {
      const ConnectionPtr connection{static_cast<Connection*>(due)};
      connection->clear();
      list.set(*connection, now_);  // on_deadline() finds this deadline and sets, clears or closes
      if (!contained("deadline of a connection", [&] { connection->on_deadline(); })) connection->close();
    }
  }
  drop_slowest();
  if (std::exchange(accept_paused_, false)) wait_accept();
  if (!draining_ || open_ > 0) wait_tick();
}

template <class F>
void Loop::for_each_connection(F fn) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (const ConnectionPtr connection = slots_[i]) fn(*connection);
  }
}

void Loop::announce_stop() {
  mailbox_->post([this] { leaving_ = true; });
}

void Loop::start_drain() {
  mailbox_->post([this] { drain(); });
}

void Loop::drain() {
  if (draining_) return;
  // Closing the listener resets the connections in its queue, so they are accepted first.
  while (acceptor_.is_open() && accept_one()) {
  }
  leaving_ = draining_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  for_each_connection([](Connection& connection) { connection.on_drain(); });
  end_when_empty();
}

void Loop::close_all() {
  mailbox_->post([this] {
    leaving_ = draining_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for_each_connection([](Connection& connection) { connection.close(); });
    end_when_empty();
  });
}

void Loop::end_when_empty() {
  if (!draining_ || open_ > 0) return;
  timer_.cancel();
  work_.reset();
}

}  // namespace frontrow::http

#include "adapters/redis/client.hpp"

#include <algorithm>
#include <array>

#include "base/boundary.hpp"
#include "base/log.hpp"

namespace frontrow::redis {

namespace {

constexpr std::string_view kSilent = "does not answer at present";
constexpr Duration kWatchPause{100};
constexpr int kAskEvery = 10;  // pauses between two questions to a sentinel, in case its message was lost

// Answers of a server that is up and of no use. The first three are those of one that is no primary any more, or not yet.
constexpr std::array<std::string_view, 10> kUseless{
    "READONLY", "LOADING", "MASTERDOWN", "NOAUTH", "WRONGPASS", "NOPERM", "MISCONF", "NOREPLICAS", "OOM", "BUSY"};
constexpr std::size_t kNotPrimary = 3;

std::size_t uselessness(const ReplyView& reply) {
  if (!reply.is_error()) return kUseless.size();
  const std::string_view word = reply.text().substr(0, reply.text().find(' '));
  return static_cast<std::size_t>(std::ranges::find(kUseless, word) - kUseless.begin());
}

}  // namespace

ReplyView good(const Reply& reply) {
  if (reply.is_error()) throw Unavailable("redis", std::string(reply.text()), true);
  return reply.view();
}

// A place among the connections that may be open, and the connection in it once it is made.
class Client::Lease {
 public:
  Lease(Client& client, Deadline deadline) : client_(client), connection_(client.take(deadline)) {}
  ~Lease() { client_.put_back(std::move(connection_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Connection& connection() {
    if (connection_ == nullptr) {
      const Settings& settings = client_.settings_;
      auto made = std::make_unique<Connection>(client_.primary(), settings.user, settings.password, settings);
      made->require_primary(settings.connect_timeout);
      // One address, two servers: the watch makes the newer one ours, and closes the connections to the other.
      if (!client_.knows(*made)) client_.suspect();
      connection_ = std::move(made);
    }
    return *connection_;
  }
  void spoil() { connection_.reset(); }

 private:
  Client& client_;
  std::unique_ptr<Connection> connection_;
};

Client::Client(Settings settings)
    : settings_(std::move(settings)),
      breaker_(settings_.breaker_failures, settings_.breaker_window, settings_.breaker_rest),
      finder_(settings_) {
  idle_.reserve(static_cast<std::size_t>(settings_.connections));  // a destructor puts back, and must need no memory
  adopt(finder_.connect());
  watch_ = std::jthread([this](const std::stop_token& stop) { keep_watch(stop); });
}

Client::~Client() {
  watch_.request_stop();
  watch_.join();
}

std::unique_ptr<Connection> Client::take(Deadline deadline) {
  MutexLock lock(mutex_);
  const bool in_time =
      changed_.wait_until(lock, deadline, [&]() REQUIRES(mutex_) { return !idle_.empty() || open_ < settings_.connections; });
  if (!in_time) throw Unavailable("redis", "all connections are busy");
  if (idle_.empty()) {
    if (is_suspect_) throw Unavailable("redis", std::string(kSilent));  // to connect might take long; the watch does
    ++open_;
    return nullptr;
  }
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Client::put_back(std::unique_ptr<Connection> connection) {
  {
    const MutexLock lock(mutex_);
    if (connection != nullptr && connection->run_id() == run_id_)
      idle_.push_back(std::move(connection));
    else
      --open_;
  }
  changed_.notify_all();
}

std::vector<Reply> Client::run(std::span<const Command> commands, std::optional<Duration> timeout) {
  if (!breaker_.allows(steady_now())) throw Unavailable("redis", std::string(kSilent));
  Lease lease(*this, steady_now() + settings_.command_timeout);
  std::vector<Reply> replies;
  try {
    replies = lease.connection().run(commands, timeout.value_or(settings_.command_timeout));
  } catch (const Unavailable&) {
    lease.spoil();
    breaker_.failed(steady_now());
    suspect();
    throw;
  }
  for (const Reply& reply : replies) {
    const std::size_t why = uselessness(reply);
    if (why == kUseless.size()) continue;
    if (why < kNotPrimary) lease.spoil(), suspect();
    breaker_.failed(steady_now());
    throw Unavailable("redis", std::string(reply.text()), commands.size() > 1);
  }
  breaker_.succeeded();
  return replies;
}

Reply Client::run(Command command, std::optional<Duration> timeout) {
  return std::move(run(std::span<const Command>(&command, 1), timeout).front());
}

bool Client::is_up() const {
  const MutexLock lock(mutex_);
  return !is_suspect_ && !breaker_.is_open();
}

Address Client::primary() const {
  const MutexLock lock(mutex_);
  return primary_;
}

bool Client::knows(const Connection& connection) const {
  const MutexLock lock(mutex_);
  return connection.run_id() == run_id_;
}

void Client::suspect() {
  {
    const MutexLock lock(mutex_);
    is_suspect_ = true;
  }
  changed_.notify_all();
}

void Client::adopt(std::unique_ptr<Connection> connection) {
  bool is_other = false;
  std::vector<std::unique_ptr<Connection>> former;  // closed after the lock: a writer may wait for it
  {
    const MutexLock lock(mutex_);
    is_other = connection->run_id() != run_id_;
    primary_ = connection->address();
    run_id_ = connection->run_id();
    is_suspect_ = false;
    if (is_other) open_ -= static_cast<int>(idle_.size()), former.swap(idle_);
    if (open_ < settings_.connections) ++open_, idle_.push_back(std::move(connection));
  }
  changed_.notify_all();
  if (!is_other) return;
  breaker_.succeeded();
  const Address found = primary();
  log_info("redis: the primary is found", {{"host", found.host}, {"port", found.port}});
}

void Client::keep_watch(const std::stop_token& stop) {
  std::string last_reason;
  int round = 1;
  const auto look = [&] {
    try {
      if (round % kAskEvery == 0 && finder_.ask() != primary()) suspect();
      watch_once(stop);
      last_reason.clear();
      return;
    } catch (const Unavailable& lost) {
      if (last_reason != lost.what()) log_warn("redis: no primary", {{"reason", lost.what()}});
      last_reason = lost.what();
    }
    MutexLock lock(mutex_);
    changed_.wait_for(lock, stop, kWatchPause, [] { return false; });
  };
  for (; !stop.stop_requested(); ++round) {
    if (contained("redis: watch of the primary", look)) continue;
    MutexLock lock(mutex_);
    changed_.wait_for(lock, stop, kWatchPause, [] { return false; });
  }
}

void Client::watch_once(const std::stop_token& stop) {
  {
    MutexLock lock(mutex_);
    if (settings_.sentinels.empty()) changed_.wait_for(lock, stop, kWatchPause, [&]() REQUIRES(mutex_) { return is_suspect_; });
    if (is_suspect_) {
      lock.unlock();
      adopt(finder_.connect());
      return;
    }
  }
  if (finder_.hears_of_failover(kWatchPause) && finder_.ask() != primary()) suspect();
}

}  // namespace frontrow::redis

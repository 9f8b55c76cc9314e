#include "contract/queue_hall.hpp"

#include <atomic>
#include <optional>
#include <thread>

#include "adapters/local/event_bus.hpp"
#include "adapters/mysql/audit.hpp"
#include "adapters/mysql/catalog_reader.hpp"
#include "adapters/mysql/due_holds.hpp"
#include "adapters/mysql/queue_reader.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/redis/queue_boards.hpp"
#include "adapters/redis/seat_map_cache.hpp"
#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "app/commands/payment.hpp"
#include "app/commands/point.hpp"
#include "app/commands/reservation.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/live_state.hpp"
#include "app/live/shared_state.hpp"
#include "base/boundary.hpp"
#include "support/faults/redis_faults.hpp"
#include "support/faults/tcp_proxy.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/services/mysql_database.hpp"
#include "workers/expiry.hpp"

namespace frontrow::test {

using std::chrono::milliseconds;

namespace {

std::vector<std::string> broken_in(const std::vector<AuditLine>& lines) {
  std::vector<std::string> broken;
  for (const AuditLine& line : lines)
    if (line.broken > 0) broken.push_back(line.rule + " " + line.what + ": " + line.example);
  return broken;
}

}  // namespace

// Steps.

void QueueHall::settle() {
  for (bool was_busy = true; was_busy;) {
    was_busy = false;
    for (Pod* each : pods()) was_busy = each->run() || was_busy;
  }
}

template <class Outcome, class Ask>
Result<Outcome> QueueHall::outcome_of(Ask ask) {
  const auto result = std::make_shared<std::optional<Result<Outcome>>>();
  const auto is_done = std::make_shared<std::atomic<bool>>(false);
  ask([result, is_done](Result<Outcome> outcome) {
    result->emplace(std::move(outcome));
    *is_done = true;
  });
  settle();
  EXPECT_TRUE(eventually([&] { return settle(), is_done->load(); }));
  return std::move(**result);
}

// A person's next request comes to another pod, and not before the news of this one have gone around.
void QueueHall::next_pod(UserId user) {
  ++turn_;
  TimePoint& asked_at = asked_at_[user];
  if (pods().size() > 1 && clock.now() - asked_at < milliseconds{400}) wait(milliseconds{400});
  asked_at = clock.now();
}

PublicQueue& QueueHall::queue() { return *pod().catalog().picture()->find(concert_)->queue; }

void QueueHall::open(const QueueSettings& settings, int seats, const BookingWindow& booking) {
  const SchedulePlan date{.starts_at = clock.now() + std::chrono::days{60},
                          .sections = {{.name = "Floor", .rows = 1, .seats_per_row = seats, .price = {1'000}}}};
  const auto made = outcome_of<MadeConcert>([&](auto done) {
    pod().commits().submit(
        std::make_unique<CreateConcert>(
            ConcertPlan{.title = "Night", .artist = "", .venue = "", .booking = booking, .queue = settings, .schedules = {date}},
            std::nullopt,
            done),
        CommandClass::settle);
  });
  ASSERT_TRUE(made.has_value());
  concert_ = made->id;
  schedule_ = made->schedules.front().schedule.id;
  for (Pod* each : pods()) each->loops();
  const MadeSchedule& hall = made->schedules.front();
  for (std::int64_t i = 0; i < hall.seats; ++i) seats_.push_back({hall.first_seat.value + i});
  ASSERT_EQ(seats_.size(), static_cast<std::size_t>(seats));
}

Result<Ticket> QueueHall::try_join(std::int64_t user, const std::optional<ShownPass>& pass) {
  next_pod({user});
  auto joined = outcome_of<JoinOutcome>([&](auto done) { queue().submit_join({user}, {}, pass, "", done); });
  if (!joined) return std::unexpected(std::move(joined.error()));
  const TicketRow& row = joined->place;
  const Ticket ticket{.concert = concert_,
                      .number = row.number,
                      .user = row.user,
                      .issued_at = row.issued_at,
                      .expires_at = clock.now() + std::chrono::days{30}};
  queue().look(ticket, clock.now(), unit);
  return ticket;
}

Ticket QueueHall::join(std::int64_t user) {
  const auto ticket = try_join(user);
  EXPECT_TRUE(ticket.has_value()) << "user " << user;
  return ticket ? *ticket : Ticket{};
}

TicketView QueueHall::poll(const Ticket& ticket) {
  next_pod(ticket.user);
  PublicQueue& at = queue();
  if (!at.knows(ticket, Purpose::poll, clock.now()))
    std::ignore = outcome_of<Nothing>([&](auto done) { at.submit_ask(ticket, done); });
  const TicketView view = at.look(ticket, clock.now(), unit);
  if (!view.may_claim) return view;
  std::ignore = outcome_of<Nothing>([&](auto done) { at.submit_claim(ticket, "", done); });
  return at.look(ticket, clock.now(), unit);
}

std::optional<ErrorCode> QueueHall::refusal(const Ticket& ticket, Purpose purpose) {
  next_pod(ticket.user);
  PublicQueue& at = queue();
  if (!at.knows(ticket, purpose, clock.now())) std::ignore = outcome_of<Nothing>([&](auto done) { at.submit_ask(ticket, done); });
  const auto refused = at.refuse_entry(ticket, purpose, clock.now(), unit);
  return refused ? std::optional{refused->code} : std::nullopt;
}

Result<ReservationId> QueueHall::hold(const Ticket& ticket) {
  next_pod(ticket.user);
  PublicQueue& at = queue();
  if (!at.knows(ticket, Purpose::hold, clock.now()))
    std::ignore = outcome_of<Nothing>([&](auto done) { at.submit_ask(ticket, done); });
  const auto held = outcome_of<HoldOutcome>([&](auto done) {
    pod().commits().submit(
        std::make_unique<HoldSeats>(HoldRequest{.user = ticket.user,
                                                .concert = concert_,
                                                .schedule = schedule_,
                                                .seats = {seats_.at(next_seat_)},
                                                .ticket = ticket.number,
                                                .entry_refusal = at.refuse_entry(ticket, Purpose::hold, clock.now(), unit),
                                                .idempotent = {},
                                                .queue = pod().catalog().picture()->find(concert_)->queue},
                                    HoldLimits{},
                                    step_metrics_,
                                    done),
        CommandClass::hold);
  });
  if (!held) return std::unexpected(Refusal{held.error()});
  ++next_seat_;
  return held->reservation.id;
}

void QueueHall::pay(const Ticket& ticket, ReservationId reservation) {
  next_pod(ticket.user);
  std::ignore = outcome_of<ChargeOutcome>([&](auto done) {
    pod().commits().submit(std::make_unique<ChargePoints>(ticket.user, Points{1'000}, std::nullopt, done), CommandClass::settle);
  });
  const auto paid = outcome_of<PaymentOutcome>([&](auto done) {
    pod().commits().submit(std::make_unique<PayReservation>(ticket.user, reservation, std::nullopt, step_metrics_, done),
                           CommandClass::settle);
  });
  EXPECT_TRUE(paid.has_value());
}

void QueueHall::buy(const Ticket& ticket) {
  const auto held = hold(ticket);
  ASSERT_TRUE(held.has_value()) << "number " << ticket.number.value;
  pay(ticket, *held);
}

void QueueHall::give_back(const Ticket& ticket, ReservationId reservation) {
  next_pod(ticket.user);
  EXPECT_TRUE(outcome_of<Nothing>([&](auto done) {
                pod().commits().submit(std::make_unique<CancelReservation>(ticket.user, reservation, done), CommandClass::settle);
              }).has_value());
}

void QueueHall::leave(const Ticket& ticket) {
  next_pod(ticket.user);
  EXPECT_TRUE(outcome_of<Nothing>([&](auto done) { queue().submit_leave(ticket, {}, done); }).has_value());
}

void QueueHall::patch(const ConcertPatch& patch) {
  EXPECT_TRUE(outcome_of<Concert>([&](auto done) {
                pod().commits().submit(std::make_unique<PatchConcert>(concert_, patch, done), CommandClass::settle);
              }).has_value());
  wait(std::chrono::seconds{1});
}

void QueueHall::pass(Duration time, Duration step, const std::function<void()>& each) {
  for (const TimePoint end = clock.now() + time; clock.now() < end;) {
    clock.advance(std::min(step, end - clock.now()));
    for (Pod* one : pods()) {
      const auto entry = one->catalog().picture()->find(concert_);
      entry->queue->submit_tick(seats_on_sale(*entry, clock.now()), clock.now());
      settle();
      one->loops();
    }
    settle();
    each();
  }
}

// The embedded profile.

namespace {

class EmbeddedPod final : public Pod {
 public:
  EmbeddedPod(const std::filesystem::path& database, const Clock& clock, const QueueLimits& limits)
      : store_(sqlite::open_store({.location = database}, clock)),
        live_(clock, limits, metrics_, bus_, &commits_),
        commits_(
            *store_, clock, metrics_, {}, [this](const WorkingSet& set) { live_.apply(set); }, [this] { live_.rebuild(*store_); }),
        expiry_(live_.deadlines(), commits_, clock) {
    live_.rebuild(*store_);
  }
  const Catalog& catalog() override { return live_.catalog(); }
  Commits& commits() override { return commits_; }
  bool run() override { return commits_.run_batch(); }
  void loops() override { expiry_.run_once(); }

 private:
  std::unique_ptr<Store> store_;
  local::LocalEventBus bus_;
  Metrics metrics_;
  LiveState live_;
  CommitQueue commits_;
  Expiry expiry_;
};

class EmbeddedHall final : public QueueHall {
 public:
  EmbeddedHall() { EmbeddedHall::restart(); }
  void restart() override {
    pod_.reset();
    pod_.emplace(directory_.database(), clock, limits);
  }
  std::vector<std::string> broken_rules() override { return broken_in(sqlite::audit(directory_.path())); }

 protected:
  std::vector<Pod*> pods() override { return {&*pod_}; }

 private:
  TempDirectory home_;
  sqlite::DataDirectory directory_{home_.path() / "data"};
  std::optional<EmbeddedPod> pod_;
};

// The cluster profile.

template <class Port>
class Switchable : public Port {
 protected:
  using Port::Port;
  static void require() {
    if (BesideTheStore::is_away) throw Unavailable{"redis", "away"};
  }
};

class SwitchableBoards final : public Switchable<QueueBoards> {
 public:
  explicit SwitchableBoards(redis::Client& client) : inner_(client) {}
  void publish(ConcertId concert, const Board& board) override { require(), inner_.publish(concert, board); }
  std::vector<std::optional<Board>> read(std::span<const ConcertId> concerts) override { return require(), inner_.read(concerts); }

 private:
  redis::QueueBoards inner_;
};

class SwitchablePresence final : public Switchable<Presence> {
 public:
  explicit SwitchablePresence(redis::Client& client) : inner_(client) {}
  void seen(ConcertId concert, std::span<const Sighting> all) override { require(), inner_.seen(concert, all); }
  Seen all(ConcertId concert, TimePoint since) override { return require(), inner_.all(concert, since); }
  std::optional<TimePoint> last_seen(ConcertId concert, TicketNumber number) override {
    return require(), inner_.last_seen(concert, number);
  }

 private:
  redis::Presence inner_;
};

class ClusterPod final : public Pod {
 public:
  ClusterPod(std::int64_t number, const mysql::Endpoint& primary, redis::Client& client, const ManualClock& clock,
             const QueueLimits& limits)
      : clock_(clock),
        store_(mysql::open_store({.primary = primary, .clock = &clock})),
        room_store_(mysql::open_store({.primary = primary, .clock = &clock})),
        pool_(std::make_shared<mysql::Pool>(mysql::PoolSettings{.endpoint = primary, .connection = {}})),
        replicas_(pool_, {}),
        catalog_reader_(mysql::open_catalog_reader(pool_, replicas_)),
        queue_reader_(mysql::open_queue_reader(pool_)),
        due_(mysql::open_due_holds(pool_)),
        boards_(client),
        presence_(client),
        cache_(client, metrics_),
        commits_(
            *store_, clock, metrics_, {}, [this](const WorkingSet& set) { state_.apply(set); }, [] {}),
        room_commits_(
            *room_store_, clock, metrics_, {.has_lanes = true}, [this](const WorkingSet& set) { state_.apply(set); }, [] {}),
        rooms_(number, {.boards = boards_, .presence = presence_, .reader = *queue_reader_}, room_commits_, commits_, clock),
        state_(*catalog_reader_, cache_, rooms_, limits, clock, metrics_),
        halls_([](ScheduleId, const Halls::Answer&) { return false; }, {}, clock, metrics_),
        readers_(*store_, 1, 1'000) {
    rooms_.set_readers(readers_);
    state_.watch(halls_);
    state_.refresh_catalog();
  }
  const Catalog& catalog() override { return state_.catalog(); }
  Commits& commits() override { return commits_; }
  bool run() override {
    const bool was_busy = room_commits_.run_batch();
    return commits_.run_batch() || was_busy;
  }
  // An exception ends where the loops of the program end it.
  void loops() override {
    if (clock_.now() >= next_look_) {
      next_look_ = clock_.now() + std::chrono::seconds{1};
      contained("a pod's look at the store", [this] { look_at_store(); });
    }
    contained("waiting rooms", [this] { rooms_.run_once(); });
  }

 private:
  void look_at_store() {
    state_.refresh_catalog();
    if (const auto due = due_->due(clock_.now(), 500); !due.empty())
      commits_.submit(std::make_unique<ExpireReservations>(due, [](Result<Nothing>) {}), CommandClass::settle);
  }

  const ManualClock& clock_;
  TimePoint next_look_{};
  Metrics metrics_;
  std::unique_ptr<Store> store_, room_store_;
  std::shared_ptr<mysql::Pool> pool_;
  mysql::Replicas replicas_;
  std::unique_ptr<CatalogReader> catalog_reader_;
  std::unique_ptr<QueueReader> queue_reader_;
  std::unique_ptr<DueHolds> due_;
  SwitchableBoards boards_;
  SwitchablePresence presence_;
  redis::SeatMapCache cache_;
  CommitQueue commits_, room_commits_;
  SharedRooms rooms_;
  SharedState state_;
  Halls halls_;  // nobody looks
  Readers readers_;
};

class ClusterHall final : public QueueHall {
 public:
  ClusterHall(int pods, Duration redis_delay)
      : slow_redis_(slowed(redis_delay)),
        client_(slow_redis_ ? settings_through(*slow_redis_) : redis_settings()),
        pods_(static_cast<std::size_t>(pods)) {
    BesideTheStore::is_away = false;
    BesideTheStore::forget();
    mysql::migrate_database(database_.endpoint());
    ClusterHall::restart();
  }
  void restart() override {
    for (auto& pod : pods_) pod.reset();
    std::int64_t number = ++started_ * 100;
    for (auto& pod : pods_) pod = std::make_unique<ClusterPod>(++number, database_.endpoint(), client_, clock, limits);
  }
  std::vector<std::string> broken_rules() override { return broken_in(mysql::audit(database_.endpoint())); }
  std::shared_ptr<void> lock_queue() override {
    const auto rival = std::make_shared<mysql::Connection>(database_.endpoint(), mysql::Role::writer, mysql::ConnectionSettings{});
    rival->run(mysql::Sql::script("BEGIN; SELECT tail FROM queues FOR UPDATE"), "lock the queue");
    return rival;
  }

 protected:
  std::vector<Pod*> pods() override {
    std::vector<Pod*> all;
    for (auto& pod : pods_) all.push_back(pod.get());
    return all;
  }

 private:
  static std::unique_ptr<TcpProxy> slowed(Duration delay) {
    if (delay == Duration{}) return nullptr;
    redis::Client direct(redis_settings());
    auto proxy = std::make_unique<TcpProxy>(static_cast<std::uint16_t>(std::stoi(info_of(direct, "tcp_port"))));
    proxy->delay_answers(delay);
    return proxy;
  }
  static redis::Settings settings_through(const TcpProxy& proxy) {
    redis::Settings settings = redis_settings(redis::Settings{}.command_timeout);
    settings.sentinels.clear();
    settings.server = {"127.0.0.1", proxy.port()};
    return settings;
  }

  test::MysqlDatabase database_;
  const std::unique_ptr<TcpProxy> slow_redis_;
  redis::Client client_;
  std::int64_t started_ = 0;
  std::vector<std::unique_ptr<ClusterPod>> pods_;
};

}  // namespace

void BesideTheStore::forget() {
  redis::Client client(redis_settings());
  ask(client, {"FLUSHALL"});
}

std::unique_ptr<QueueHall> embedded_hall() { return std::make_unique<EmbeddedHall>(); }
std::unique_ptr<QueueHall> cluster_hall(int pods, Duration redis_delay) { return std::make_unique<ClusterHall>(pods, redis_delay); }

}  // namespace frontrow::test

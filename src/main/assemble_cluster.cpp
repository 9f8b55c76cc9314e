#include "main/assemble_cluster.hpp"

#include <fmt/format.h>

#include <optional>
#include <thread>

#include "adapters/kafka/consumer.hpp"
#include "adapters/kafka/publisher.hpp"
#include "adapters/kafka/rights.hpp"
#include "adapters/kafka/topics.hpp"
#include "adapters/local/event_bus.hpp"
#include "adapters/mysql/audit.hpp"
#include "adapters/mysql/catalog_reader.hpp"
#include "adapters/mysql/due_holds.hpp"
#include "adapters/mysql/queue_reader.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/mysql/store_time.hpp"
#include "adapters/redis/queue_boards.hpp"
#include "adapters/redis/seat_lock.hpp"
#include "adapters/redis/seat_map_cache.hpp"
#include "app/commit/locking_store.hpp"
#include "app/commit/sharded_commits.hpp"
#include "app/live/shared_state.hpp"
#include "base/boundary.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "http/mailbox.hpp"
#include "main/cluster_settings.hpp"
#include "main/demo.hpp"
#include "main/http_front.hpp"
#include "main/server_parts.hpp"
#include "workers/cluster_workers.hpp"
#include "workers/event_workers.hpp"
#include "workers/expiry.hpp"

namespace frontrow {

namespace {

constexpr int kLooksPerClock = 4;  // two seconds
constexpr std::size_t kReadQueue = 4'096;

// Joins, claims and ticks have a line of their own: a rush of tens of thousands in one second waits in it, and other commands do
// not.
CommitQueueOptions room_options() {
  return {.capacity = 65'536, .batch = 512, .deadline = std::chrono::seconds{10}, .shares = {0.95, 1, 1, 1}, .has_lanes = true};
}

// A map is followed as long as it is here, and one that nobody has looked at for long might have missed a change that Redis has
// lost.
Halls::Limits pod_hall_limits(const Settings& settings) {
  Halls::Limits limits = hall_limits(settings);
  limits.unasked = std::chrono::seconds{60};
  return limits;
}

std::int64_t pod_number() {
  SystemRandom random;
  return static_cast<std::int64_t>(random.next() >> 1);
}

// One writer: a connection, a queue before it, a thread.
struct Shard {
  Shard(const CommitQueueOptions& options, const mysql::StoreSettings& store_settings, SeatLock* lock, const Clock& clock,
        Metrics& metrics, std::function<void(const WorkingSet&)> on_commit)
      : store(mysql::open_store(store_settings)),
        locking(lock == nullptr ? nullptr : std::make_unique<LockingStore>(*store, *lock)),
        commits(locking ? *locking : *store, clock, metrics, options, std::move(on_commit), [] {}) {
    commits.set_around_batch([](const CommitQueue::Run& run) {
      const http::Mailbox::Group group;  // one wake-up of an HTTP thread for all of a batch
      run();
    });
  }

  void start() {
    writer = std::jthread([this](std::stop_token stop) { commits.run(stop); });
  }
  void stop() {
    writer.request_stop();
    writer.join();
  }

  std::unique_ptr<Store> store;
  std::unique_ptr<LockingStore> locking;
  CommitQueue commits;
  std::jthread writer;
};

}  // namespace

// The loops that act without a request, from their start to their end.
struct ClusterWork {
  explicit ClusterWork(ClusterServer::Parts& parts);

  kafka::KafkaPublisher publisher, dead_letters;
  kafka::KafkaConsumer consumer;
  Relay relay;
  DelayLine line;
  EventWorkers events;
  QueueTicker ticker;
  SystemRandom sweep_dice;
  Sweep sweep;
  std::jthread rooms;
  ClusterWorkers workers;
};

struct ClusterServer::Parts {
  explicit Parts(const Settings& given)
      : settings(given),
        migrated(prepared(settings)),
        pool(std::make_shared<mysql::Pool>(readers_of(settings))),
        chores(std::make_shared<mysql::Pool>(chores_of(settings))),
        clock(mysql::database_time(*chores)),
        replicas(chores, replicas_of(settings)),
        catalog_reader(mysql::open_catalog_reader(chores, replicas)),
        queue_reader(mysql::open_queue_reader(pool)),
        due(mysql::open_due_holds(chores)),
        outbox(mysql::open_outbox(store_settings())),
        redis(redis_of(settings)),
        boards(redis),
        presence(redis),
        lock(redis),
        cache(redis, metrics),
        room_writer(room_options(), store_settings(), nullptr, clock, metrics, on_commit()),
        shards(make_shards()),
        forgetting(*shards.front()->store, clock, metrics, keep_for(settings)),
        rooms(pod, {.boards = boards, .presence = presence, .reader = *queue_reader}, room_writer.commits, commits, clock),
        state(*catalog_reader, cache, rooms, queue_limits(settings), clock, metrics),
        halls([this](ScheduleId id, Halls::Answer answer) { return read_hall(id, std::move(answer)); }, pod_hall_limits(settings),
              clock, metrics),
        readers(*shards.front()->store, settings.reader_threads, kReadQueue) {
    for (auto& shard : shards) commits.add(shard->commits);
    shards.front()->commits.set_upkeep([this] { forgetting.run_once(); });
    rooms.set_readers(readers);
    metrics.watch_pool([this] {
      const mysql::PoolUsage usage = pool->usage();
      return static_cast<double>(usage.in_use) / static_cast<double>(usage.most);
    });
    contained("first look at the replicas", [this] { replicas.measure(); });  // without them the primary is read
    state.watch(halls);
    state.refresh_catalog();
    if (settings.demo && state.catalog().picture()->concerts.empty())
      create_demo(shards.front()->commits, clock, default_queue(settings));
  }

  // On a reader's thread, but by the catalogue's connections: a replica may answer.
  bool read_hall(ScheduleId id, Halls::Answer answer) {
    return readers.ask([this, id](StoreReader&) { return state.stored_seats(id); }, std::move(answer));
  }

  // For a pod that serves requests; a worker has neither its keys nor its port.
  void open_front() {
    front.emplace(settings,
                  HttpFront::Behind{.clock = clock,
                                    .catalog = state.catalog(),
                                    .halls = halls,
                                    .commits = commits,
                                    .readers = readers,
                                    .bus = bus,
                                    .metrics = metrics,
                                    .accounts_version = [this] { return state.catalog_version(); }},
                  HttpFront::Identity{.ticket_key = *settings.ticket_key,
                                      .admin_token = std::string(settings.admin_token->reveal()),
                                      .charge_token = settings.charge_token ? std::string(settings.charge_token->reveal()) : "",
                                      .profile = "cluster",
                                      .instance = fmt::format("{:x}.", pod & 0xFFFFFF),
                                      .parts = [this] { return health(); }});
  }

  // The writers of holds, payments and all other commands that do not wait for a queue's row.
  std::vector<std::unique_ptr<Shard>> make_shards() {
    std::vector<std::unique_ptr<Shard>> made;
    SeatLock* const seat_lock = settings.seat_lock == Settings::SeatLockKind::redis ? &lock : nullptr;
    for (int i = 0; i < settings.mysql_writers; ++i)
      made.push_back(std::make_unique<Shard>(commit_options(settings), store_settings(), seat_lock, clock, metrics, on_commit()));
    return made;
  }

  std::function<void(const WorkingSet&)> on_commit() {
    return [this](const WorkingSet& set) {
      state.apply(set);
      if (!set.events.empty()) relay_pace.wake();
    };
  }

  mysql::StoreSettings store_settings() const {
    return {.primary = primary_of(settings),
            .connection = writer_connection_of(settings),
            .readers = pool,
            .chores = chores,
            .owner = pod};
  }

  std::vector<http::HealthPart> health() {
    bool replicas_fit = true;
    for (const auto& replica : replicas.states()) replicas_fit = replicas_fit && replica.is_fit;
    return {{"redis", redis.is_up() && rooms.is_up()}, {"kafka", !work || work->events.is_up()}, {"replicas", replicas_fit}};
  }

  // Follows the other things that need a look now and then: the database's clock, and how far the feed has got.
  void follow() {
    if (followed++ % kLooksPerClock == 0) clock.set(mysql::database_time(*chores));
    const EventId last = shards.front()->store->last_event();
    if (last != told) bus.publish(last), told = last;
  }

  // Topics and rights are looked at before anything is begun.
  static mysql::MigrationReport prepared(const Settings& settings) {
    kafka::ensure_topics(kafka_of(settings), topics());
    kafka::require_rights(kafka_of(settings), "reservation.created", topics());
    return mysql::migrate_database(primary_of(settings));
  }

  const Settings settings;
  const std::int64_t pod = pod_number();
  const mysql::MigrationReport migrated;
  Metrics metrics;
  const std::shared_ptr<mysql::Pool> pool, chores;
  IdlePace relay_pace{kRelayPassesOver};
  FollowedClock clock;
  local::LocalEventBus bus;
  mysql::Replicas replicas;
  std::unique_ptr<CatalogReader> catalog_reader;
  std::unique_ptr<QueueReader> queue_reader;
  std::unique_ptr<DueHolds> due;
  std::unique_ptr<Outbox> outbox;
  redis::Client redis;
  redis::QueueBoards boards;
  redis::Presence presence;
  redis::SeatLock lock;
  redis::SeatMapCache cache;
  ShardedCommits commits;
  Shard room_writer;
  std::vector<std::unique_ptr<Shard>> shards;
  Forgetting forgetting;
  SharedRooms rooms;
  SharedState state;
  Halls halls;  // before the readers: their last answers come here
  Readers readers;
  std::optional<HttpFront> front;  // if it serves requests
  EventId told{};
  std::uint64_t followed = 0;       // times
  std::optional<ClusterWork> work;  // while it runs
};

ClusterWork::ClusterWork(ClusterServer::Parts& parts)
    : publisher(kafka_of(parts.settings)),
      dead_letters(kafka_of(parts.settings)),
      consumer(kafka_of(parts.settings), "reservation.created"),
      relay(*parts.outbox, publisher, parts.clock, parts.metrics, RelaySettings{.owner = parts.pod}),
      line(consumer, dead_letters, parts.clock, parts.metrics, end_through(parts.commits)),
      events(relay, line, parts.relay_pace),
      ticker(parts.state.catalog(), parts.clock, parts.metrics, [&parts] { return parts.rooms.followed_concerts(); }),
      sweep(*parts.due, parts.commits, parts.clock, sweep_dice),
      rooms([&parts](std::stop_token stop) { parts.rooms.run(stop); }),
      workers(parts.state, ticker, sweep, [&parts] { parts.follow(); }, [&parts] { parts.replicas.measure(); }) {}

ClusterServer::ClusterServer(const Settings& settings) : parts_(std::make_unique<Parts>(settings)) {}

ClusterServer::~ClusterServer() { stop(); }

void ClusterServer::start() {
  parts_->open_front();
  start_worker();
  parts_->front->start();
}

void ClusterServer::start_worker() {
  for (auto& shard : parts_->shards) shard->start();
  parts_->room_writer.start();
  parts_->work.emplace(*parts_);
}

void ClusterServer::read_keys_again() {
  if (parts_->front) return parts_->front->read_keys_again();
  log_info("SIGHUP: a worker has no keys");
}

std::uint16_t ClusterServer::port() const { return parts_->front ? parts_->front->port() : std::uint16_t{0}; }
std::uint16_t ClusterServer::admin_port() const { return parts_->front ? parts_->front->admin_port() : std::uint16_t{0}; }

// Stops front to back: no new requests, no new work. Then the writers finish their batches, and the other pods read of them.
void ClusterServer::stop() {
  Parts& parts = *parts_;
  if (!parts.work) return;
  if (parts.front) parts.front->stop();
  parts.work->workers.stop();
  parts.work->events.stop();
  for (auto& shard : parts.shards) shard->stop();
  parts.room_writer.stop();
  parts.work->rooms.request_stop();
  parts.work->rooms.join();
  parts.work.reset();
}

std::vector<AuditLine> audit_cluster(const Settings& settings) { return mysql::audit(primary_of(settings)); }

void migrate_cluster(const Settings& settings) { mysql::migrate_database(primary_of(settings)); }

bool fill_cluster_with_demo(const Settings& settings) {
  mysql::migrate_database(primary_of(settings));
  const auto store = mysql::open_store({.primary = primary_of(settings), .connection = connection_of(settings)});
  bool is_empty = true;
  LoadVisitor only_concerts;
  only_concerts.concert = [&](const Concert&) { is_empty = false; };
  store->load(only_concerts);
  if (!is_empty) return false;
  const SystemClock clock;
  Metrics metrics;
  CommitQueue commits(*store, clock, metrics, {}, [](const WorkingSet&) {}, [] {});
  create_demo(commits, clock, default_queue(settings));
  return true;
}

}  // namespace frontrow

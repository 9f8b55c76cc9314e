#include "main/assemble_cluster.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <thread>

#include "adapters/kafka/consumer.hpp"
#include "adapters/kafka/publisher.hpp"
#include "adapters/kafka/rights.hpp"
#include "adapters/kafka/topics.hpp"
#include "adapters/local/event_bus.hpp"
#include "adapters/local/hmac_signer.hpp"
#include "adapters/mysql/audit.hpp"
#include "adapters/mysql/catalog_reader.hpp"
#include "adapters/mysql/due_holds.hpp"
#include "adapters/mysql/queue_reader.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/mysql/store_time.hpp"
#include "adapters/redis/queue_boards.hpp"
#include "adapters/redis/seat_lock.hpp"
#include "adapters/redis/seat_map_cache.hpp"
#include "adapters/redis/tls.hpp"
#include "api/api.hpp"
#include "api/request_metrics.hpp"
#include "app/commit/locking_store.hpp"
#include "app/commit/sharded_commits.hpp"
#include "app/live/shared_state.hpp"
#include "base/random.hpp"
#include "http/mailbox.hpp"
#include "main/demo.hpp"
#include "main/server_parts.hpp"
#include "workers/cluster_workers.hpp"
#include "workers/event_workers.hpp"
#include "workers/expiry.hpp"

namespace frontrow {

namespace {

constexpr int kKeysForgottenAtOnce = 2'000;
constexpr std::size_t kReadQueue = 4'096;
constexpr Duration kQueueRowPatience{2'000};  // for a queue's row, in whose line every pod waits

// Joins, claims and ticks have a line of their own: a rush of tens of thousands in one second waits in it, and nobody else does.
CommitQueueOptions room_options() {
  return {.capacity = 65'536,
          .batch = 512,
          .deadline = std::chrono::seconds{10},
          .shares = {0.95, 1, 1},
          .has_lanes = true};
}

mysql::Endpoint endpoint_of(const Settings& settings, const HostPort& at) {
  return {.host = at.host,
          .port = at.port,
          .user = settings.mysql_user,
          .password = settings.mysql_password.value_or(Secret{""}),
          .database = settings.mysql_database,
          .tls_ca = settings.mysql_tls_ca.string()};
}

mysql::Endpoint primary_of(const Settings& settings) {
  if (settings.mysql_primary.empty()) throw std::runtime_error("mysql-primary is needed");
  return endpoint_of(settings, settings.mysql_primary.front());
}

mysql::ConnectionSettings connection_of(const Settings& settings) {
  return {.connect_timeout = settings.mysql_connect_timeout, .statement_timeout = settings.mysql_statement_timeout};
}

mysql::ReplicaSettings replicas_of(const Settings& settings) {
  mysql::ReplicaSettings replicas{
      .endpoints = {}, .connection = connection_of(settings), .most_behind = settings.replica_lag_limit};
  for (const HostPort& replica : settings.mysql_replicas) replicas.endpoints.push_back(endpoint_of(settings, replica));
  return replicas;
}

redis::Settings redis_of(const Settings& settings) {
  redis::Settings redis{.primary = settings.redis_master,
                        .user = settings.redis_user,
                        .password = settings.redis_password.value_or(Secret{""}),
                        .sentinel_password = Secret{""},
                        .command_timeout = settings.redis_timeout,
                        .connect_timeout = settings.redis_connect_timeout};
  for (const HostPort& sentinel : settings.redis_sentinels)
    redis.sentinels.push_back({.host = sentinel.host, .port = sentinel.port});
  if (settings.redis_tls)
    redis.tls = std::make_shared<const redis::TlsContext>(
        redis::TlsFiles{
            .trusted = settings.redis_tls_ca_file, .certificate = settings.redis_tls_cert_file, .key = settings.redis_tls_key_file},
        settings.redis_tls_server_name);
  if (!settings.redis_server.empty()) redis.server = {.host = settings.redis_server[0].host, .port = settings.redis_server[0].port};
  return redis;
}

kafka::KafkaSettings kafka_of(const Settings& settings) {
  static constexpr kafka::Security kSecurity[] = {
      kafka::Security::plaintext, kafka::Security::tls, kafka::Security::sasl_plaintext, kafka::Security::sasl_tls};
  static constexpr const char* kMechanisms[] = {"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"};
  static constexpr const char* kCompressions[] = {"none", "gzip", "lz4", "snappy", "zstd"};
  return {.brokers = settings.kafka_brokers,
          .security = kSecurity[static_cast<std::size_t>(settings.kafka_security)],
          .ca_file = settings.kafka_ca_file,
          .sasl_mechanism = kMechanisms[static_cast<std::size_t>(settings.kafka_sasl_mechanism)],
          .user = settings.kafka_user,
          .password = settings.kafka_password,
          .partitions = settings.kafka_partitions,
          .replication_factor = settings.kafka_replication,
          .compression = kCompressions[static_cast<std::size_t>(settings.kafka_compression)]};
}

std::vector<std::string> topics() {
  return {"reservation.created",
          "reservation.expired",
          "reservation.cancelled",
          "payment.completed",
          "queue.activated",
          "concert.changed",
          "schedule.changed",
          std::string{kDeadLetterTopic}};
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

struct ClusterServer::Parts {
  explicit Parts(const Settings& given)
      : settings(given),
        migrated(mysql::migrate_database(primary_of(settings))),
        pool(std::make_shared<mysql::Pool>(mysql::PoolSettings{.endpoint = primary_of(settings),
                                                               .connection = connection_of(settings),
                                                               .most = static_cast<std::size_t>(settings.mysql_readers)})),
        clock(mysql::database_time(*pool)),
        replicas(primary_of(settings), replicas_of(settings)),
        catalog_reader(mysql::open_catalog_reader(pool, replicas)),
        queue_reader(mysql::open_queue_reader(pool)),
        due(mysql::open_due_holds(pool)),
        outbox(mysql::open_outbox(store_settings())),
        redis(redis_of(settings)),
        boards(redis),
        presence(redis),
        lock(redis),
        cache(redis, metrics),
        room_writer(room_options(), room_store_settings(), nullptr, clock, metrics, [this](const WorkingSet& set) { state.apply(set); }),
        rooms(pod, {.boards = boards, .presence = presence, .reader = *queue_reader}, room_writer.commits, commits, clock),
        state(*catalog_reader, cache, rooms, queue_limits(settings), metrics),
        signer(std::as_bytes(std::span(settings.ticket_key->reveal()))),
        mint(signer),
        jwt(jwt_verifier(settings)) {
    kafka::ensure_topics(kafka_of(settings), topics());
    kafka::require_rights(kafka_of(settings), "reservation.created", topics());
    for (int i = 0; i < settings.mysql_writers; ++i) {
      shards.push_back(std::make_unique<Shard>(commit_options(settings),
                                               store_settings(),
                                               settings.seat_lock == Settings::SeatLockKind::redis ? &lock : nullptr,
                                               clock,
                                               metrics,
                                               [this](const WorkingSet& set) { state.apply(set); }));
      commits.add(shards.back()->commits);
    }
    shards.front()->commits.set_upkeep(
        [this] { shards.front()->store->forget_old_keys(clock.now() - kIdempotencyRetention, kKeysForgottenAtOnce); });
    replicas.measure();
    state.refresh_catalog();
    readers.emplace(*shards.front()->store, settings.reader_threads, kReadQueue);
    rooms.set_readers(*readers);
    sale.emplace(Sale{.clock = clock,
                      .catalog = state.catalog(),
                      .commits = commits,
                      .readers = *readers,
                      .bus = bus,
                      .mint = mint,
                      .metrics = metrics,
                      .holds = hold_limits(settings),
                      .queues = queue_limits(settings),
                      .default_queue = default_queue(settings)});
    api.emplace(*sale,
                http::ApiSettings{.admin_token = std::string(settings.admin_token->reveal()),
                                  .jwt = jwt ? &*jwt : nullptr,
                                  .version = version(),
                                  .profile = "cluster",
                                  .default_time_zone = settings.default_time_zone,
                                  .instance = fmt::format("{:x}.", pod & 0xFFFFFF),
                                  .started_at = clock.now(),
                                  .parts = [this] { return health(); }});
    server.emplace(server_settings(settings),
                   http::Router(http::all_routes(*api)),
                   http::Hooks{.before_body =
                                   [this](const http::Request& request) {
                                     return request.route().needs == http::Needs::admin ? api->refuse_admin(request) : std::nullopt;
                                   },
                               .on_answered =
                                   [this](const http::Answered& answered) {
                                     requests->record(answered);
                                     log_answered(answered, warnings);
                                   }});
    requests.emplace(metrics, server->router());
    metrics.watch_connections([this] { return Metrics::Connections{server->connections(), server->refused_connections()}; });
    metrics.watch_pool([this] {
      const mysql::PoolUsage usage = pool->usage();
      return static_cast<double>(usage.in_use) / static_cast<double>(usage.most);
    });
    if (settings.demo && state.catalog().picture()->concerts.empty())
      create_demo(shards.front()->commits, clock, default_queue(settings));
  }

  mysql::StoreSettings store_settings() const {
    return {.primary = primary_of(settings), .connection = connection_of(settings), .readers = pool};
  }

  mysql::StoreSettings room_store_settings() const {
    mysql::StoreSettings store = store_settings();
    store.connection.lock_timeout = kQueueRowPatience;
    return store;
  }

  std::vector<http::HealthPart> health() {
    bool replicas_fit = true;
    for (const auto& replica : replicas.states()) replicas_fit = replicas_fit && replica.is_fit;
    return {{"redis", redis.is_up() && rooms.is_up()}, {"kafka", !events || events->is_up()}, {"replicas", replicas_fit}};
  }

  // What has to be looked at now and then besides: the database's clock, how far the feed has got.
  void follow() {
    clock.set(mysql::database_time(*pool));
    const EventId last = shards.front()->store->last_event();
    if (last != told) bus.publish(last), told = last;
  }

  void work() {
    for (auto& shard : shards) shard->start();
    room_writer.start();
    carrier = std::jthread([this](std::stop_token stop) { rooms.run(stop); });
    publisher.emplace(kafka_of(settings));
    dead_letters.emplace(kafka_of(settings));
    consumer.emplace(kafka_of(settings), "reservation.created");
    relay.emplace(*outbox, *publisher, clock, metrics, RelaySettings{.owner = pod});
    line.emplace(*consumer, *dead_letters, clock, metrics, end_through(commits));
    events.emplace(*relay, *line);
    counts.emplace(state.catalog(), clock, metrics);
    sweep.emplace(*due, commits, clock, sweep_dice);
    workers.emplace(state, *counts, *sweep, [this] { follow(); }, [this] { replicas.measure(); });
  }

  const Settings settings;
  const std::int64_t pod = pod_number();
  const mysql::MigrationReport migrated;
  Metrics metrics;
  const std::shared_ptr<mysql::Pool> pool;
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
  SharedRooms rooms;
  SharedState state;
  local::HmacSigner signer;
  TicketMint mint;
  std::optional<http::JwtVerifier> jwt;
  std::vector<std::unique_ptr<Shard>> shards;
  std::optional<Readers> readers;
  std::optional<Sale> sale;
  std::optional<http::Api> api;
  std::optional<http::Server> server;
  std::optional<http::RequestMetrics> requests;
  LogBudget warnings{kWarningsASecond};

  std::jthread carrier;
  std::optional<kafka::KafkaPublisher> publisher, dead_letters;
  std::optional<kafka::KafkaConsumer> consumer;
  std::optional<Relay> relay;
  std::optional<DelayLine> line;
  std::optional<EventWorkers> events;
  std::optional<QueueTicker> counts;
  SystemRandom sweep_dice;
  std::optional<Sweep> sweep;
  std::optional<ClusterWorkers> workers;
  EventId told{};
};

ClusterServer::ClusterServer(const Settings& settings) : parts_(std::make_unique<Parts>(settings)) {}

ClusterServer::~ClusterServer() { stop(); }

void ClusterServer::start() {
  parts_->work();
  parts_->server->start();
  parts_->api->is_ready = true;
}

void ClusterServer::start_worker() { parts_->work(); }

void ClusterServer::read_keys_again() { frontrow::read_keys_again(parts_->settings, parts_->jwt); }

std::uint16_t ClusterServer::port() const { return parts_->server->port(); }

// Front to back: no new requests, no new work, then the writers finish what they have, and the other pods hear of it.
void ClusterServer::stop() {
  Parts& parts = *parts_;
  if (!parts.workers) return;
  parts.api->is_ready = false;
  parts.server->stop(parts.settings.drain);
  parts.workers->stop();
  parts.events->stop();
  for (auto& shard : parts.shards) shard->writer.request_stop();
  for (auto& shard : parts.shards) shard->writer.join();
  parts.room_writer.stop();
  parts.carrier.request_stop();
  parts.carrier.join();
  parts.workers.reset();
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

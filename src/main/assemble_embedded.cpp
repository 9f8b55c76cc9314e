#include "main/assemble_embedded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>

#include "adapters/local/event_bus.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "app/live/live_state.hpp"
#include "app/live/sale.hpp"
#include "base/log.hpp"
#include "base/log_budget.hpp"
#include "base/wall_clock.hpp"
#include "http/mailbox.hpp"
#include "http/server.hpp"
#include "main/demo.hpp"
#include "main/http_front.hpp"
#include "main/sale_time.hpp"
#include "main/secret_file.hpp"
#include "main/server_parts.hpp"
#include "workers/workers.hpp"

namespace frontrow {

namespace {

constexpr std::size_t kReadQueue = 4'096;

sqlite::StoreSettings store_settings(const Settings& settings, const sqlite::DataDirectory& directory) {
  sqlite::StoreSettings store{.location = directory.database()};
  store.writer.cache_bytes = std::int64_t{settings.sqlite_cache_mib} << 20;
  store.checkpoint.limit_bytes = std::int64_t{settings.wal_limit_mib} << 20;
  return store;
}

Secret ticket_key(const Settings& settings) {
  Secret key = settings.ticket_key ? *settings.ticket_key : load_or_create_secret(settings.data_dir / "ticket.key");
  require_length("ticket key", key, local::kMinKeyBytes);
  return key;
}

// The newest time in the store; the sale's clock begins there. Throws if the machine's clock is too far behind it.
TimePoint stored_time(const Settings& settings, const sqlite::DataDirectory& directory) {
  const StartTimes times{.stored = sqlite::newest_time(directory.database()), .wall = wall_now()};
  if (const auto reason = refuse_start(times, settings.clock_tolerance, settings.accept_stored_time))
    throw std::runtime_error(*reason);
  return times.stored;
}

// The store with its memory and the commit pipeline: needed by every subcommand that writes.
struct Core {
  explicit Core(const Settings& settings)
      : directory(settings.data_dir),
        stored(stored_time(settings, directory)),
        clock(stored),
        store(sqlite::open_store(store_settings(settings, directory), clock)),
        live(clock, queue_limits(settings), metrics, bus, &commits),
        commits(
            *store, clock, metrics, commit_options(settings),
            [this](const WorkingSet& set) {
              live.apply(set);
              if (set.moves_time()) may_act_unasked = true;
            },
            [this] { live.rebuild(*store); }),
        forgetting(*store, clock, metrics, keep_for(settings)) {
    live.rebuild(*store);
    const StartTimes times{.stored = stored, .wall = clock.now()};
    may_act_unasked = !is_far_ahead(times);
    if (!may_act_unasked) log_warn(far_ahead_warning(times));
    commits.set_upkeep([this] {
      if (may_act_unasked) forgetting.run_once();
    });
  }

  bool is_empty() { return live.catalog().picture()->concerts.empty(); }

  sqlite::DataDirectory directory;
  const TimePoint stored;  // the newest time of an earlier run
  SystemClock clock;
  // If the machine's clock is far ahead, nothing is done because of the time alone until the first request of a person.
  std::atomic<bool> may_act_unasked{false};
  std::unique_ptr<Store> store;
  local::LocalEventBus bus;
  Metrics metrics;
  LiveState live;
  CommitQueue commits;
  Forgetting forgetting;
};

}  // namespace

struct EmbeddedServer::Parts {
  explicit Parts(const Settings& settings)
      : settings(settings),
        core(settings),
        halls([this](ScheduleId id, Halls::Answer answer) { return read_hall(id, std::move(answer)); }, hall_limits(settings),
              core.clock, core.metrics),
        readers(*core.store, settings.reader_threads, kReadQueue),
        front(settings,
              {.clock = core.clock,
               .catalog = core.live.catalog(),
               .halls = halls,
               .commits = core.commits,
               .readers = readers,
               .bus = core.bus,
               .metrics = core.metrics},
              {.ticket_key = ticket_key(settings),
               .admin_token = admin_token(settings),
               .charge_token = charge_token(settings),
               .profile = "embedded",
               .parts = [this] { return health(); }}),
        ticker(core.live.catalog(), core.clock, core.metrics),
        expiry(core.live.deadlines(), core.commits, core.clock),
        sale_end(core.live.catalog(), core.clock),
        clock_watch(core.clock, [this] { return core.clock.now() - wall_now(); }, settings.clock_tolerance) {
    if (settings.demo && core.is_empty()) create_demo(core.commits, core.clock, default_queue(settings));
  }

  bool read_hall(ScheduleId id, Halls::Answer answer) {
    return readers.ask([id](StoreReader& reader) { return reader.seat_map(id); }, std::move(answer));
  }

  static std::string admin_token(const Settings& settings) {
    const Secret token = settings.admin_token ? *settings.admin_token : load_or_create_secret(settings.data_dir / "admin.token");
    require_length("admin token", token, kMinAdminTokenBytes);
    return std::string(token.reveal());
  }

  static std::string charge_token(const Settings& settings) {
    if (!is_charged_by_service(settings)) return {};
    const Secret token = settings.charge_token ? *settings.charge_token : load_or_create_secret(settings.data_dir / "charge.token");
    return std::string(token.reveal());
  }

  std::vector<http::HealthPart> health() const {
    const auto complaint = clock_watch.complaint();
    return {{.name = "clock", .is_up = !complaint, .detail = complaint.value_or("")}};
  }

  const Settings settings;
  Core core;
  Halls halls;  // before the readers: their last answers come here
  Readers readers;
  HttpFront front;
  QueueTicker ticker;
  Expiry expiry;
  SaleEnd sale_end;
  ClockWatch clock_watch;
  std::jthread writer;
  std::optional<Workers> workers;
};

EmbeddedServer::EmbeddedServer(const Settings& settings) : parts_(std::make_unique<Parts>(settings)) {}

EmbeddedServer::~EmbeddedServer() { stop(); }

void EmbeddedServer::start() {
  Parts& parts = *parts_;
  parts.core.commits.set_around_batch([](const CommitQueue::Run& run) {
    const http::Mailbox::Group group;  // one wake-up of an HTTP thread for the whole batch
    run();
  });
  parts.writer = std::jthread([&commits = parts.core.commits](std::stop_token stop) { commits.run(stop); });
  parts.workers.emplace(parts.ticker, parts.expiry, parts.sale_end, parts.core.may_act_unasked, [&parts] {
    parts.core.clock.follow();
    parts.clock_watch.run_once();
  });
  parts.front.start();
}

void EmbeddedServer::read_keys_again() { parts_->front.read_keys_again(); }

std::uint16_t EmbeddedServer::port() const { return parts_->front.port(); }
std::uint16_t EmbeddedServer::admin_port() const { return parts_->front.admin_port(); }

void EmbeddedServer::announce_stop() { parts_->front.announce_stop(); }

// From front to back: no new requests, no new work, then the writer finishes its commands.
void EmbeddedServer::stop() {
  Parts& parts = *parts_;
  if (!parts.writer.joinable()) return;
  parts.front.stop();
  parts.workers.reset();
  parts.writer.request_stop();
  parts.writer.join();
}

bool fill_with_demo(const Settings& settings) {
  Core core(settings);
  if (!core.is_empty()) return false;
  create_demo(core.commits, core.clock, default_queue(settings));
  return true;
}

void migrate(const Settings& settings) {
  const sqlite::DataDirectory directory(settings.data_dir);
  const SystemClock clock;
  sqlite::open_store(store_settings(settings, directory), clock);
}

}  // namespace frontrow

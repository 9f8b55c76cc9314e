// The store of the cluster profile, on MySQL 8 or MariaDB 10.11: one writing connection a Store, any number of Stores, in any
// number of processes. Which batch goes to which may be chosen for speed; nothing depends on it.
//
//   migrate_database(primary);                           // once, before anything else; any number of processes may
//   auto store = open_store({.primary = primary});       // throws NotUsable, Unavailable
//   auto reader = store->open_reader();                  // on the primary, from a bounded pool
//   auto outbox = open_outbox({.primary = primary});     // for a relay
#pragma once

#include <functional>
#include <memory>

#include "adapters/mysql/migrations.hpp"
#include "adapters/mysql/pool.hpp"
#include "ports/outbox.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

// The cost of a batch for the database, whether or not the batch was committed.
struct BatchCost {
  Traffic traffic;
  int attempts = 1;  // more than one: deadlocks before
};

struct StoreSettings {
  Endpoint primary;
  ConnectionSettings connection = {};
  const Clock* clock = nullptr;        // null: the database's, as it must be when there is more than one process
  std::shared_ptr<Pool> readers = {};  // of the primary; null: one of its own
  std::shared_ptr<Pool> chores = {};   // of the primary, for what a pod does by itself; null: one of its own
  std::int64_t owner = 0;              // differs between processes: of the work that one does for all
  Duration settle_timeout{2'000};      // how long a commit that was not answered is asked about
  std::function<void(const BatchCost&)> on_batch = [](const BatchCost&) {};
};

// Migrates an older database. Throws NotUsable, or Unavailable.
MigrationReport migrate_database(const Endpoint& primary, Others others = Others::are_stopped);

// Refuses a database that is older than the program or lacks what it uses, or a server that may lose commits. Beyond the port's
// contract: execute() throws Contended when a batch met a deadlock three times, or waited in vain for a lock that is no row's. If
// another session has locked a command's rows for longer than ConnectionSettings::row_patience, the command comes back in `again`,
// and the others are decided without it. tend() must be called every second or so: it keeps the idle session.
std::unique_ptr<Store> open_store(const StoreSettings& settings);

std::unique_ptr<Outbox> open_outbox(const StoreSettings& settings);

std::unique_ptr<StoreReader> open_reader(std::shared_ptr<Pool> pool);

}  // namespace frontrow::mysql

// The embedded store: one SQLite database, one writer, any number of readers.
//
//   DataDirectory directory{"data"};                                      // makes and locks it
//   SystemClock clock{newest_time(directory.database())};
//   auto store = open_store({.location = directory.database()}, clock);   // migrates, throws NotUsable
//   auto reader = store->open_reader();                                   // one for each thread that reads
//   auto lines = audit(directory.path());                                 // audit.hpp; needs neither lock nor store
#pragma once

#include <memory>
#include <string>

#include "adapters/sqlite/checkpointer.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "ports/store.hpp"

namespace frontrow::sqlite {

struct StoreSettings {
  std::string location;  // a path, or a database in memory: see Connection
  ConnectionSettings writer = {};
  ConnectionSettings reader = {.cache_bytes = std::int64_t{8} << 20};
  CheckpointSettings checkpoint = {};
  // For another process than the server, beside it or without it, for one small change: it must be of the database's version, and
  // leaves the WAL to the server. SQLite's own locks keep the two apart. It must make nothing that the server counts in memory:
  // no ids, no events, nothing of the sale.
  bool is_guest = false;
};

// Migrates an older database. Throws NotUsable, or Unavailable if it cannot be opened. Beyond the port's contract:
// after an Unavailable of unknown outcome, load() makes a small commit first, so that the loaded state stays even if
// the machine stops then. Until that succeeds it throws Unavailable.
std::unique_ptr<Store> open_store(const StoreSettings& settings, const Clock& clock);

// A reader of a database that a store has open, on its own connection.
std::unique_ptr<StoreReader> open_reader(const std::string& location, const ConnectionSettings& settings = {});

// The newest time in the database, for a clock that must not go back; the epoch if there is no database yet.
TimePoint newest_time(const std::string& location);

}  // namespace frontrow::sqlite

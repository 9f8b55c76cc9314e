// The events that are committed and not yet delivered to others. Each is in a shard, all of a reservation in the same one, and a
// shard is delivered by whoever holds its lease.
//
// Errors: a lost database throws Unavailable("store"). No transaction stays open between calls. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ports/store.hpp"

namespace frontrow {

struct OutboxRow {
  int shard = 0;
  EventId event;                 // of the log's row; within a shard, the events of a reservation have growing ids
  FeedEvent feed;                // its id is not to be read: it may not have been numbered yet
  std::string traceparent = {};  // of the request that made it, when it was kept
};

class Outbox {
 public:
  static constexpr int kShards = 16;

  virtual ~Outbox() = default;
  // Oldest first.
  virtual std::vector<OutboxRow> pending(int shard, int limit) = 0;
  // Takes them out. Rows that are out already do not matter.
  virtual void delivered(std::span<const OutboxRow> rows) = 0;
  // True when `owner` has the shard for `ttl` from now, by the database's clock: it was free, lapsed, or theirs already. A ttl of 0
  // gives it back.
  virtual bool take_lease(int shard, std::int64_t owner, Duration ttl) = 0;
  // Gives the next feed ids, without gaps, to at most `limit` committed events that have none. Returns how many. Any number may
  // call it at once.
  virtual int number_events(int limit) = 0;
};

}  // namespace frontrow

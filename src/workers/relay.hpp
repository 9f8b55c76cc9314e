// Delivers what is in the outbox to the stream. Of any number of relays one has the lease of a shard; it publishes the shard's
// events in order and takes out of the outbox what the stream has acknowledged. No transaction is open meanwhile.
//
// A reservation's event is published only after the one before it was acknowledged. So whatever breaks in between, and whoever goes
// on: an event may come twice, but none is lost, and the first coming of each is in order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "metrics/metrics.hpp"
#include "ports/event_stream.hpp"
#include "ports/outbox.hpp"
#include "ports/store.hpp"

namespace frontrow {

struct RelaySettings {
  std::int64_t owner = 0;  // differs between any two relays alive
  Duration lease = std::chrono::seconds{10};
  Duration wait = std::chrono::seconds{3};  // for the stream's acknowledgement, each time
  int rows = 250;                           // of a shard at a time
};

class Relay {
 public:
  Relay(Outbox& outbox, EventPublisher& publisher, const Clock& clock, Metrics& metrics, RelaySettings settings);

  // One round: leases, feed numbers, and what is pending in the shards it has. Returns whether there was anything to deliver.
  // Throws Unavailable; the next round goes on where this one stopped.
  bool run_once();
  // Gives the shards back, so that another relay goes on at once; when the database is away they lapse.
  void release();

 private:
  struct Lease {
    TimePoint until{};   // as we count it: never later than the database does
    TimePoint ask_at{};  // when to take or to prolong it
  };
  struct Pending {
    int shard;
    OutboxId id;
    FeedEvent feed;  // its own number is not known here, and not told
  };
  void take_leases();
  std::vector<Pending> pending();
  void deliver(std::vector<Pending> rows);
  static std::vector<Pending> take_firsts(std::vector<Pending>& rows);
  void take_out(std::span<const Pending> rows);

  Outbox& outbox_;
  EventPublisher& publisher_;
  const Clock& clock_;
  Metrics& metrics_;
  const RelaySettings settings_;
  std::array<Lease, kOutboxShards> leases_{};
};

}  // namespace frontrow

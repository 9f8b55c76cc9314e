// Delivers the outbox to the stream. Among any number of relays, one has the lease of a shard. It publishes the shard's
// events in order and removes acknowledged events from the outbox. No transaction stays open meanwhile.
//
// A reservation's event is published only after the one before it was acknowledged. So with any failure in between, and
// any relay that goes on, an event may come twice, but none is lost, and the first coming of each is in order.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/metrics.hpp"
#include "ports/event_stream.hpp"
#include "ports/outbox.hpp"
#include "ports/store.hpp"

namespace frontrow {

struct RelaySettings {
  std::int64_t owner = 0;  // differs between any two live relays
  Duration lease = std::chrono::seconds{10};
  Duration wait = std::chrono::seconds{3};  // for one acknowledgement of the stream
  int rows = 250;                           // rows of a shard in a round
};

class Relay {
 public:
  Relay(Outbox& outbox, EventPublisher& publisher, const Clock& clock, Metrics& metrics, RelaySettings settings);

  // One round: leases, feed numbers, and the pending events of its shards. Returns whether there was anything to
  // deliver. Throws Unavailable; the next round goes on from there.
  bool run_once();
  // Gives the shards back, so that another relay can take them at once. If the database is away, the leases lapse.
  void release();

 private:
  struct Lease {
    TimePoint until{};   // by our clock; never later than by the database's
    TimePoint ask_at{};  // time to take the lease or to prolong it
  };
  struct Pending {
    int shard;
    OutboxId id;
    FeedEvent feed;  // without its number in the feed, which is not published
  };
  void take_leases();
  std::vector<int> owned() const;
  std::vector<Pending> pending(std::span<const int> shards);
  void deliver(std::vector<Pending> rows);
  static std::vector<Pending> take_firsts(std::vector<Pending>& rows);
  void take_out(std::span<const Pending> rows);

  Outbox& outbox_;
  EventPublisher& publisher_;
  const Clock& clock_;
  Metrics& metrics_;
  const RelaySettings settings_;
  std::array<Lease, kOutboxShards> leases_{};
  bool knows_last_number_ = false;  // of the feed
};

}  // namespace frontrow

// Committed events that are not yet delivered. A relay takes a shard by lease, publishes its pending events in order,
// and reports the delivered ones. A crash between the two delivers again, but never out of a reservation's order.
//
// Errors: a lost database throws Unavailable. Then nothing has changed, or the next call finds the change. For one
// thread at a time; any number of processes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domain/event.hpp"
#include "domain/point.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

inline constexpr int kOutboxShards = 16;  // reservation % 16

using OutboxId = StrongId<struct OutboxTag>;  // grows along the events of one reservation; not the feed's number

struct OutboxRow {
  OutboxId id;
  Event event;
  Reservation reservation = {};         // in reservation.* and payment.*; only facts that never change, so do not read its status
  std::optional<Payment> payment = {};  // in payment.completed
};

class Outbox {
 public:
  virtual ~Outbox() = default;
  // True: until `ttl` from now, by the database's time, only `owner` has this shard. Renews the owner's own lease. Each
  // process chooses an owner number that no other has.
  virtual bool take_lease(int shard, std::int64_t owner, Duration ttl) = 0;
  // The same for several at once: gives those that are the owner's.
  virtual std::vector<int> take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) {
    std::vector<int> taken;
    for (const int shard : shards)
      if (take_lease(shard, owner, ttl)) taken.push_back(shard);
    return taken;
  }
  // Which of these shards may have pending events, and may there be events without a number? One question for all of it, because
  // it is asked again and again where nothing happens. An outbox that cannot tell says that there may be.
  struct Waiting {
    std::vector<int> shards;
    bool has_unnumbered = true;
  };
  virtual Waiting waiting(std::span<const int> shards) { return {.shards = {shards.begin(), shards.end()}}; }
  // The shard's oldest pending events, in order of id.
  virtual std::vector<OutboxRow> pending(int shard, int limit) = 0;
  // Removes them. A repeated call changes nothing.
  virtual void delivered(int shard, std::span<const OutboxId> ids) = 0;
  // Gives committed events the next numbers of the feed, without a gap and in each reservation's order; at most
  // `limit`. Returns the feed's last number.
  virtual EventId number_events(int limit) = 0;
};

}  // namespace frontrow

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
  // Those of the shards, given in order, that only `owner` has until `ttl` from now, by the database's time. Renews the owner's own
  // leases. Each process chooses an owner number that no other has.
  virtual std::vector<int> take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) = 0;
  // Is there an event to be delivered in these shards, or any that has no number yet? One question: a relay without work asks no
  // other.
  virtual bool has_news(std::span<const int> shards) = 0;
  // The shard's oldest pending events, in order of id.
  virtual std::vector<OutboxRow> pending(int shard, int limit) = 0;
  // Removes them. A repeated call changes nothing.
  virtual void delivered(int shard, std::span<const OutboxId> ids) = 0;
  // Gives committed events the next numbers of the feed, without a gap and in each reservation's order; at most
  // `limit`. Returns the feed's last number.
  virtual EventId number_events(int limit) = 0;
};

}  // namespace frontrow

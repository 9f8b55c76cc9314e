// Events that were committed and not yet delivered to others. A relay takes a shard by lease, publishes what is pending in it, in
// order, and says what was delivered; a crash between the two delivers again, never out of a reservation's order.
//
// Errors: a lost database throws Unavailable; nothing has changed then, or it will be found as it is by the next call. One thread
// at a time; any number of processes.
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
  Reservation reservation = {};         // of reservation.* and payment.*; facts that never change, so status is not to be read
  std::optional<Payment> payment = {};  // of payment.completed
};

class Outbox {
 public:
  virtual ~Outbox() = default;
  // True: until `ttl` from now, by the database's time, nobody but `owner` is told so of this shard. Renews the owner's own lease.
  // The owner is a number of the process's choosing that no other has.
  virtual bool take_lease(int shard, std::int64_t owner, Duration ttl) = 0;
  // The oldest pending events of the shard, in order of id.
  virtual std::vector<OutboxRow> pending(int shard, int limit) = 0;
  // Forgets them. Doing so again changes nothing.
  virtual void delivered(int shard, std::span<const OutboxId> ids) = 0;
  // Gives committed events the next numbers of the feed, without a gap and along each reservation's order; at most `limit`. Returns
  // the feed's last number.
  virtual EventId number_events(int limit) = 0;
};

}  // namespace frontrow

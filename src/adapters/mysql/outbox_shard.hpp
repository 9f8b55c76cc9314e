// Which shard of the outbox an event waits in: all of one reservation in the same.
#pragma once

#include "domain/event.hpp"
#include "ports/outbox.hpp"

namespace frontrow::mysql {

inline int shard_of(const Event& event) {
  return static_cast<int>((event.reservation ? event.reservation.value : event.concert.value) % kOutboxShards);
}

}  // namespace frontrow::mysql

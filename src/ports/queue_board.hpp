// The facts about a queue that the pods of a cluster publish to each other beside the store: its newest row, and when the people
// inside were last seen. All of it may vanish at any time: the row is in the store, and without sightings no ticket ends for
// silence.
//
// Thread safe; each call blocks for a bounded time. Errors: Unavailable("redis").
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/waiting_room.hpp"

namespace frontrow {

struct Board {
  QueueRow row;
  TimePoint published_at;
};

class QueueBoards {
 public:
  virtual ~QueueBoards() = default;
  // Replaces an older one only.
  virtual void publish(ConcertId concert, const Board& board) = 0;
  // One for each, in the order asked; nothing where there is none.
  virtual std::vector<std::optional<Board>> read(std::span<const ConcertId> concerts) = 0;
};

struct Sighting {
  TicketNumber number;
  TimePoint at;
};

class Presence {
 public:
  virtual ~Presence() = default;
  virtual void seen(ConcertId concert, std::span<const Sighting> sightings) = 0;
  struct Seen {
    // The name of the memory itself. If it is another name than before, the earlier sightings are lost.
    std::string memory;
    std::unordered_map<TicketNumber, TimePoint> at;
  };
  // Sightings before `since` are dropped.
  virtual Seen all(ConcertId concert, TimePoint since) = 0;
  // When the ticket was last seen. Nothing: not seen, as far as is known.
  virtual std::optional<TimePoint> last_seen(ConcertId concert, TicketNumber number) = 0;
};

}  // namespace frontrow

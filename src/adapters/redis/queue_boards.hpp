// Boards and presence in Redis: `queue:concert:ID:board`, a hash, and `queue:concert:ID:active`, a sorted set of numbers by when
// they were last seen.
#pragma once

#include "adapters/redis/client.hpp"
#include "ports/queue_board.hpp"

namespace frontrow::redis {

class QueueBoards final : public frontrow::QueueBoards {
 public:
  explicit QueueBoards(Client& client) : client_(client) {}
  void publish(ConcertId concert, const Board& board) override;
  std::vector<std::optional<Board>> read(std::span<const ConcertId> concerts) override;

 private:
  Client& client_;
};

class Presence final : public frontrow::Presence {
 public:
  explicit Presence(Client& client) : client_(client) {}
  void seen(ConcertId concert, std::span<const Sighting> sightings) override;
  Seen all(ConcertId concert, TimePoint since) override;
  std::optional<TimePoint> last_seen(ConcertId concert, TicketNumber number) override;

 private:
  Client& client_;
};

}  // namespace frontrow::redis

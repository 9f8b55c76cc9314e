// Waiting rooms in Redis: `queue:concert:{ID}:…`, changed by scripts only. Each process keeps a board a concert, which it brings up
// to date from the room's log.
#pragma once

#include <map>
#include <mutex>
#include <unordered_map>

#include "adapters/redis/client.hpp"
#include "ports/waiting_room.hpp"

namespace frontrow::redis {

class WaitingRoom final : public frontrow::WaitingRoom {
 public:
  explicit WaitingRoom(Client& client) : client_(client) {}

  std::vector<JoinedPlace> join(ConcertId concert, const RoomRules& rules, const RoomMarks& marks, std::span<const UserId> users,
                                TimePoint now) override;
  std::vector<Standing> claim(ConcertId concert, const RoomRules& rules, std::span<const Ticket> tickets, TimePoint now) override;
  void leave(ConcertId concert, std::span<const Ticket> tickets, TimePoint now) override;
  void finish(ConcertId concert, std::span<const EndedPlace> ended, TimePoint now) override;
  void touch(ConcertId concert, const RoomRules& rules, std::span<const Sign> signs, TimePoint now) override;
  std::shared_ptr<const Board> tick(ConcertId concert, const RoomRules& rules, const RoomMarks& marks, TimePoint now) override;
  std::shared_ptr<const Board> board(ConcertId concert) override;
  void fence(ConcertId concert, const RoomRules& rules, const Fence& fence, TimePoint now) override;

 private:
  // What this process has learned of one room.
  struct Known {
    std::mutex mutex;  // protects all below; held while the room is asked
    std::int64_t log_end = 0;
    std::unordered_map<std::int64_t, InsidePlace> inside;
    std::shared_ptr<const Board> board = std::make_shared<Board>();
  };

  Known& known(ConcertId concert);
  std::shared_ptr<const Board> refresh(ConcertId concert, std::optional<Command> first);
  static void learn(Known& known, const Reply& reply);

  Client& client_;
  std::mutex mutex_;  // protects the map; what is in it stays
  std::map<ConcertId, Known> known_;
};

}  // namespace frontrow::redis

// Ports and commits of a pod's waiting rooms for tests that need none of them: no board is shown, no person is seen, nothing is
// stored, every command is refused.
#pragma once

#include "app/queue/shared_rooms.hpp"

namespace frontrow {

class NoBoards : public QueueBoards {
 public:
  void publish(ConcertId, const Board&) override {}
  std::vector<std::optional<Board>> read(std::span<const ConcertId> concerts) override {
    return std::vector<std::optional<Board>>(concerts.size());
  }
};

class NoPresence : public Presence {
 public:
  void seen(ConcertId, std::span<const Sighting>) override {}
  Seen all(ConcertId, TimePoint) override { return {.memory = "none", .at = {}}; }
  std::optional<TimePoint> last_seen(ConcertId, TicketNumber) override { return {}; }
};

class NoQueueRows : public QueueReader {
 public:
  QueueRow row(ConcertId) override { return {}; }
  std::optional<StoredTicket> ticket(const Holder&, TicketNumber, TimePoint) override { return {}; }
  std::vector<TicketRow> inside(ConcertId) override { return {}; }
  std::vector<TicketRow> silent(ConcertId, std::int64_t, TimePoint, int) override { return {}; }
  Left left(ConcertId, std::int64_t after) override { return {.numbers = {}, .last = after}; }
};

class NoCommits : public Commits {
 public:
  void submit(std::unique_ptr<Command> command, CommandClass) override { command->complete(CommitStatus::dropped); }
  bool is_full_for(CommandClass) const override { return false; }
  bool store_is_up() const override { return true; }
};

struct NoRooms {
  explicit NoRooms(const Clock& clock)
      : rooms(1, {.boards = boards, .presence = presence, .reader = rows}, commits, commits, clock) {}
  NoBoards boards;
  NoPresence presence;
  NoQueueRows rows;
  NoCommits commits;
  SharedRooms rooms;
};

}  // namespace frontrow

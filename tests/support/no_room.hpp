// A waiting room, its marks, and commits, for tests that need none of them: no person waits, nothing is stored, every
// command is refused.
#pragma once

#include "app/commit/commits.hpp"
#include "ports/queue_marks.hpp"
#include "ports/waiting_room.hpp"

namespace frontrow {

class NoRoom final : public WaitingRoom {
 public:
  std::vector<JoinedPlace> join(ConcertId, const RoomRules&, const RoomMarks&, std::span<const UserId>, TimePoint) override {
    return {};
  }
  std::vector<Standing> claim(ConcertId, const RoomRules&, std::span<const Ticket>, TimePoint) override { return {}; }
  void leave(ConcertId, std::span<const Ticket>, TimePoint) override {}
  void finish(ConcertId, std::span<const EndedPlace>, TimePoint) override {}
  void touch(ConcertId, const RoomRules&, std::span<const Sign>, TimePoint) override {}
  std::shared_ptr<const Board> tick(ConcertId id, const RoomRules&, const RoomMarks&, TimePoint) override { return board(id); }
  std::shared_ptr<const Board> board(ConcertId) override { return std::make_shared<const Board>(); }
  void fence(ConcertId, const RoomRules&, const Fence&, TimePoint) override {}
};

class NoMarks final : public QueueMarks {
 public:
  RoomMarks update(ConcertId, const Change& change) override { return change({}).value_or(RoomMarks{}); }
  std::vector<EndedPlace> completed(ConcertId, TimePoint) override { return {}; }
  std::vector<InsidePlace> holding(ConcertId, TimePoint) override { return {}; }
  Made made_with(ConcertId, TicketNumber, UserId, TimePoint) override { return {}; }
};

class NoCommits final : public Commits {
 public:
  void submit(std::unique_ptr<Command> command, CommandClass) override { command->complete(CommitStatus::dropped); }
  bool is_full_for(CommandClass) const override { return false; }
  bool store_is_up() const override { return true; }
};

}  // namespace frontrow

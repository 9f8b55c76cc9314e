// One concert's queue, kept in a waiting room that all pods share. What is looked at comes from the room's board, at most a fifth
// of a second old, and from what this pod was told since. What is asked for gathers here until the pod's loop carries all of it to
// the room at once (SharedRooms).
//
// When the room is away the last board is served, joins and claims are refused, and whoever is known to be inside goes on buying.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "app/queue/public_queue.hpp"
#include "ports/waiting_room.hpp"

namespace frontrow {

class Commits;

class SharedQueue final : public PublicQueue, public std::enable_shared_from_this<SharedQueue> {
 public:
  // `wake` is called, on any thread, when there is something to carry. `commits` keep the keys of joins.
  SharedQueue(const Concert& concert, const QueueLimits& limits, Commits& commits, std::function<void()> wake);

  // any thread:
  TicketView look(const Ticket& ticket, TimePoint now, double unit) override;
  std::optional<Refusal> refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) override;
  std::optional<Refusal> refuse_ended(TicketNumber number) const override;
  bool knows(const Ticket& ticket, TimePoint now) const override;
  QueueCounts counts() const override;
  void submit_join(UserId user, std::optional<Idempotent> idempotent, std::string traceparent, Joined done) override;
  void submit_claim(const Ticket& ticket, std::string traceparent, Done done) override;
  void submit_ask(const Ticket& ticket, Done done) override;
  void submit_leave(const Ticket& ticket, Done done) override;
  void submit_tick(std::optional<std::int64_t>, TimePoint) override {}  // the pod's loop does it
  bool is_overloaded() const override;

  void change_concert(const Concert& concert);
  // after a commit: this pod has made a hold with the ticket, or one has ended.
  void hold_began(TicketNumber number, TimePoint expires_at);
  void hold_ended(TicketNumber number, UserId user);

  // the pod's loop:
  struct Join {
    UserId user;
    std::optional<Idempotent> idempotent;
    std::string traceparent;
    Joined done;
  };
  struct Claim {
    Ticket ticket;
    bool may_admit;
    std::string traceparent;
    Done done;
  };
  struct Leave {
    Ticket ticket;
    Done done;
  };
  struct Freed {  // of a hold; the store knows whether another is left, and whether something was paid
    TicketNumber number;
    UserId user;
  };
  struct Gathered {
    std::vector<Join> joins;
    std::vector<Claim> claims;
    std::vector<Leave> leaves;
    std::vector<Freed> freed;
    std::vector<Sign> signs;
    bool is_empty() const { return joins.empty() && claims.empty() && leaves.empty() && freed.empty() && signs.empty(); }
  };
  // All that waits; signs of life only when asked for, they can wait for the next tick.
  Gathered take(bool with_signs);
  // Could not be carried: to be taken again.
  void put_back(std::vector<Freed> freed);
  ConcertId concert() const { return concert_; }
  RoomRules rules() const;
  RoomMarks marks() const;
  void set_marks(const RoomMarks& marks);
  void show(std::shared_ptr<const Board> board);
  // The room cannot be asked: whoever was called by the last board, and is not known to be out, may look and hold.
  void set_away(bool is_away);
  void placed(const JoinedPlace& place);
  void stands(const Ticket& ticket, const Standing& standing);
  void ended(TicketNumber number, TicketStatus how);
  std::shared_ptr<const Board> board() const;
  // Who has left before being called, or is dead.
  NumberSet gone() const;
  // Numbers up to it were called so long ago that who has not come is out.
  std::int64_t called_before(TimePoint time) const;

 private:
  template <class Asked>
  void gather(std::vector<Asked> Gathered::* list, Asked asked);
  const InsidePlace* inside(TicketNumber number) const;
  void sign(TicketNumber number, TimePoint now, TimePoint back_by);
  void know_inside(const InsidePlace& place);
  void know_ended(TicketNumber number, TicketStatus how);
  void move_board_to(std::int64_t tail, std::int64_t front);
  std::int64_t position(TicketNumber number) const;
  TicketView look_locked(const Ticket& ticket, TimePoint now, double unit);
  TicketView view_of_waiting(TicketNumber number, TimePoint now, double unit);
  Duration poll_when_active() const;

  const ConcertId concert_;
  const QueueLimits limits_;
  Commits& commits_;
  const std::function<void()> wake_;

  mutable std::mutex mutex_;  // protects all below
  RoomRules rules_;
  RoomMarks marks_{.epoch = 0};
  std::shared_ptr<const Board> board_ = std::make_shared<Board>();
  bool is_away_ = false;
  std::unordered_map<TicketNumber, InsidePlace> told_inside_;  // since the board was published
  std::vector<std::int64_t> told_gone_;                        // ended since then, by number
  std::unordered_map<TicketNumber, TicketStatus> told_ended_;  // how tickets ended, as far as this pod was told
  std::unordered_map<TicketNumber, TimePoint> holds_;          // the end of the last hold made through this pod
  std::vector<std::pair<TimePoint, std::int64_t>> fronts_;     // when the front was seen where, oldest first
  Gathered gathered_;
  std::map<TicketNumber, Sign> signs_;
};

}  // namespace frontrow

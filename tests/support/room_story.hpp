// One concert's waiting room in Redis, seen as by a pod: the same steps as QueueStory has for the embedded one, so that the two can
// be compared. It keeps the marks a store would keep. The test moves the time.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "adapters/redis/waiting_room.hpp"
#include "app/queue/concert_queue.hpp"
#include "support/redis_services.hpp"

namespace frontrow::test {

class RoomStory {
 public:
  static constexpr std::int64_t kBlock = 1'000;
  std::int64_t front_block = kBlock;  // how far the front mark is reserved ahead

  RoomStory(redis::Client& client, QueueSettings settings = {}, std::int64_t front_ahead = kBlock)
      : front_block(front_ahead), rules{.settings = settings}, room_(client) {
    fence();
  }

  redis::WaitingRoom& room() { return room_; }
  std::shared_ptr<const Board> board() { return room_.board(concert); }

  // What a pod does that is told a fence is needed: reserves above what may have been used, then fences.
  void fence(std::vector<EndedPlace> ended = {}, std::vector<InsidePlace> inside = {}, std::int64_t called_long_ago = 0,
             const NumberSet* gone = nullptr) {
    const RoomMarks before = marks;
    const bool is_first = before.tail == 0;
    marks = {.epoch = static_cast<std::uint16_t>(is_first ? 1 : before.epoch + 1),
             .tail = before.tail + kBlock,
             .front = before.front + front_block};
    room_.fence(concert,
                rules,
                {.marks = marks,
                 .given = before.tail,
                 .called = before.front,
                 .called_long_ago = called_long_ago,
                 .ended = ended,
                 .inside = inside,
                 .gone = gone},
                now);
  }

  JoinedPlace try_join(UserId user) {
    JoinedPlace place = room_.join(concert, rules, marks, std::span(&user, 1), now).front();
    if (place.outcome != JoinedPlace::Outcome::needs_mark) return place;
    marks.tail += kBlock;
    return room_.join(concert, rules, marks, std::span(&user, 1), now).front();
  }
  Ticket join(std::int64_t user) {
    const JoinedPlace place = try_join({user});
    EXPECT_EQ(place.outcome, JoinedPlace::Outcome::placed);
    const Ticket ticket = ticket_of({user}, place);
    if (!place.inside) show_waiting(ticket, *board());  // the answer to a join shows it
    return ticket;
  }
  Ticket ticket_of(UserId user, const JoinedPlace& place) const {
    return {.concert = concert,
            .epoch = place.epoch,
            .number = place.number,
            .user = user,
            .issued_at = place.issued_at,
            .expires_at = sale_ends};
  }
  Standing claim(const Ticket& ticket) { return room_.claim(concert, rules, std::span(&ticket, 1), now).front(); }
  void leave(const Ticket& ticket) { room_.leave(concert, std::span(&ticket, 1), now); }
  std::shared_ptr<const Board> tick() {
    std::shared_ptr<const Board> board = room_.tick(concert, rules, marks, now);
    if (board->front_mark - board->front < front_block / 2) marks.front = board->front_mark + front_block;
    return board;
  }

  // The status request: most of it is answered from the board.
  TicketView poll(const Ticket& ticket) {
    const auto board = room_.board(concert);
    if (const InsidePlace* inside = board->find(ticket.number)) {
      if (inside->may_hold_until(rules.limits) <= now && inside->holds_until <= now) return {.status = TicketStatus::expired};
      touch({.number = ticket.number, .seen_at = now});
      return {.status = TicketStatus::active};
    }
    if (!board->needs_claim(ticket.number, now)) return show_waiting(ticket, *board);
    const Standing standing = claim(ticket);
    if (standing.status != TicketStatus::waiting) return {.status = standing.status};
    if (ticket.number.value > board->front) return show_waiting(ticket, *board);
    return {.status = TicketStatus::waiting, .position = 1, .poll_after = kMinPollAfter};
  }

  void hold(const Ticket& ticket, std::int64_t reservation, Duration length = std::chrono::seconds{300}) {
    holds_[reservation] = {ticket, now + length};
    touch({.number = ticket.number, .seen_at = now, .holds_until = now + length});
  }
  void pay(std::int64_t reservation) {
    const Ticket ticket = holds_.at(reservation).first;
    holds_.erase(reservation);
    const EndedPlace ended{.number = ticket.number, .user = ticket.user, .was_paid = true};
    room_.finish(concert, std::span(&ended, 1), now);
  }
  void touch(const Sign& sign) { room_.touch(concert, rules, std::span(&sign, 1), now); }

  void wait(Duration time) {
    for (const TimePoint end = now + time; now < end;) {
      now += std::min<Duration>(std::chrono::milliseconds{200}, end - now);
      tick();
    }
  }

  const ConcertId concert{unused_ids()};
  RoomRules rules;
  RoomMarks marks{.epoch = 1, .tail = 0, .front = 0};
  TimePoint now{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
  TimePoint sale_ends = now + std::chrono::days{30};
  double unit = 0;  // of the jitter

 private:
  TicketView show_waiting(const Ticket& ticket, const Board& board) {
    TicketView view{.status = TicketStatus::waiting, .position = board.position(ticket.number)};
    const Duration wait = board.estimated_wait(ticket.number, rules, now);
    view.estimated_wait = WaitRange{wait, wait};
    view.poll_after = ticket.number.value <= board.front ? kMinPollAfter : poll_after(wait, unit);
    if (board.is_near(ticket.number, rules, now))
      touch({.number = ticket.number, .seen_at = now, .back_by = now + view.poll_after});
    return view;
  }

  redis::WaitingRoom room_;
  std::map<std::int64_t, std::pair<Ticket, TimePoint>> holds_;
};

}  // namespace frontrow::test

#include "app/queue/shared_rooms.hpp"

#include <algorithm>

#include "app/commit/command_of.hpp"
#include "app/queue/queue.hpp"
#include "base/boundary.hpp"
#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr Duration kGather{2};
constexpr Duration kTick{200};
constexpr Duration kOtherFences{1'000};
constexpr Duration kAfterFailure{200};
constexpr std::size_t kPiece = 200;
constexpr std::int64_t kTailBlock = 10'000;  // numbers reserved in the store at once; skipped by a failover
constexpr Duration kCallsAhead{5'000};       // of calls, reserved at once; a failover calls them all
constexpr std::int64_t kMinCalls = 50, kMaxCalls = 50'000;
constexpr Duration kBeforeCalls{1'000};  // so that the first call need not wait for the store

Refusal room_is_away() {
  return {.code = ErrorCode::store_unavailable,
          .detail = "The waiting room cannot be reached. Places are safe; buying goes on for those who are in.",
          .retry_after = std::chrono::seconds{2}};
}

// A room takes a few hundred at once.
template <class Asked, class Work>
void in_pieces(std::vector<Asked>& all, Work work) {
  for (std::size_t at = 0; at < all.size(); at += kPiece) work(std::span{all}.subspan(at, std::min(kPiece, all.size() - at)));
}

template <class Asked>
void refuse_all(std::vector<Asked>& asked, const Refusal& refusal) {
  for (Asked& one : asked)
    if (one.done) contained("refusal of a waiting room", [&] { one.done(std::unexpected(refusal)); });
}

// How many calls to reserve at once: none while nobody can be called, so that a failover then calls nobody.
std::int64_t calls_ahead(const Board& board, const RoomRules& rules, TimePoint now) {
  const TimePoint soon = now + kBeforeCalls;
  if (!rules.settings.enabled || !rules.booking.has_opened(soon) || rules.booking.has_closed(now) || soon < board.calm_until)
    return 0;
  return std::clamp<std::int64_t>(
      rules.settings.admissions_per_second * (kCallsAhead / std::chrono::seconds{1}), kMinCalls, kMaxCalls);
}

// `marks`, or higher ones when little is left below them. Whoever is dead or forgotten is called past, in one go.
RoomMarks raised(RoomMarks marks, const Board& board, const RoomRules& rules, TimePoint now) {
  if (marks.tail - board.tail < kTailBlock / 2) marks.tail += kTailBlock;
  const std::int64_t next = std::max(board.front + 1, board.next_call), calls = calls_ahead(board, rules, now);
  if (calls > 0 && marks.front - next < calls / 2) marks.front = std::max(marks.front, next) + calls;
  return marks;
}

TicketRow row_of(const JoinedPlace& place, UserId user) {
  return {.number = place.number,
          .user = user,
          .state = place.inside ? TicketState::active : TicketState::waiting,
          .issued_at = place.issued_at,
          .admitted_at = place.inside ? place.inside->admitted_at : TimePoint{}};
}

}  // namespace

std::shared_ptr<SharedQueue> SharedRooms::queue(const Concert& concert, const QueueLimits& limits) {
  const std::lock_guard lock(mutex_);
  auto& queue = queues_[concert.id];
  if (queue == nullptr) queue = std::make_shared<SharedQueue>(concert, limits, commits_, [this] { wake(); });
  return queue;
}

void SharedRooms::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  woken_.notify_one();
}

void SharedRooms::run(std::stop_token stop) {
  auto next_tick = steady_now();
  bool has_failed = false;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      if (has_failed) woken_.wait_for(lock, stop, kAfterFailure, [] { return false; });
      woken_.wait_until(lock, stop, next_tick, [&] { return is_woken_; });
      // Whoever comes within the next two milliseconds travels along.
      if (is_woken_ && steady_now() < next_tick) woken_.wait_for(lock, stop, kGather, [] { return false; });
      is_woken_ = false;
    }
    const bool is_tick = steady_now() >= next_tick;
    if (is_tick) next_tick = steady_now() + kTick;
    has_failed = !contained("waiting rooms", [&] { run_once(is_tick); });
  }
  contained("waiting rooms", [&] { run_once(false); });
}

void SharedRooms::run_once(bool is_tick) {
  std::vector<std::shared_ptr<SharedQueue>> queues;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, queue] : queues_) queues.push_back(queue);
  }
  for (const auto& queue : queues) {
    auto gathered = queue->take(is_tick);
    bool was_lost = false;
    was_asked_ = false;
    try {
      // Before the first board there is nothing to tell anybody: a pod that has just started, or a new concert.
      if (queue->board()->epoch == 0 && !gathered.is_empty()) tick(*queue);
      carry(*queue, gathered);
      if (is_tick) tick(*queue);
    } catch (const Unavailable& lost) {
      was_lost = lost.component == "redis";
      queue->put_back(std::move(gathered.freed));
      if (was_lost && is_up_) log_warn("the waiting room is away", {{"reason", lost.what()}});
    } catch (...) {  // of this concert: the other rooms have their turn all the same
      note_exception("waiting room");
      queue->put_back(std::move(gathered.freed));
    }
    // A round that had nothing to ask says nothing about the room.
    if (was_lost || was_asked_) {
      queue->set_away(was_lost);
      is_up_ = !was_lost;
    }
    refuse_all(gathered.joins, room_is_away());
    refuse_all(gathered.claims, room_is_away());
    refuse_all(gathered.leaves, room_is_away());
  }
}

template <class Work>
auto SharedRooms::with_room(SharedQueue& queue, Work work) {
  was_asked_ = true;
  try {
    return work();
  } catch (const RoomNeedsFence&) {
    fence(queue);
    return work();
  }
}

void SharedRooms::carry(SharedQueue& queue, SharedQueue::Gathered& gathered) {
  try {
    free_holds(queue, gathered.freed);
    gathered.freed.clear();
  } catch (const Unavailable& lost) {
    if (lost.component == "redis") throw;
    queue.put_back(std::exchange(gathered.freed, {}));  // while the store is away they keep their places a little longer
  }
  in_pieces(gathered.leaves, [&](auto piece) { leave(queue, piece); });
  in_pieces(gathered.joins, [&](auto piece) { join(queue, piece); });
  in_pieces(gathered.claims, [&](auto piece) {
    claim(queue, piece, true);
    claim(queue, piece, false);
  });
  in_pieces(gathered.signs, [&](std::span<const Sign> piece) {
    with_room(queue, [&] { room_.touch(queue.concert(), queue.rules(), piece, clock_.now()); });
  });
}

void SharedRooms::leave(SharedQueue& queue, std::span<SharedQueue::Leave> leaves) {
  std::vector<Ticket> tickets;
  for (const auto& leave : leaves) tickets.push_back(leave.ticket);
  with_room(queue, [&] { room_.leave(queue.concert(), tickets, clock_.now()); });
  for (auto& leave : leaves) {
    queue.ended(leave.ticket.number, TicketStatus::expired);
    std::exchange(leave.done, nullptr)(Nothing{});
  }
}

void SharedRooms::join(SharedQueue& queue, std::span<SharedQueue::Join> joins) {
  std::vector<UserId> users;
  for (const auto& join : joins) users.push_back(join.user);
  const auto ask = [&] {
    return with_room(queue, [&] { return room_.join(queue.concert(), queue.rules(), queue.marks(), users, clock_.now()); });
  };
  auto places = ask();
  if (std::ranges::any_of(places, [](const JoinedPlace& place) { return place.outcome == JoinedPlace::Outcome::needs_mark; })) {
    reserve(queue, queue.marks().tail);
    places = ask();  // whoever had a place already gets the same again, only no longer as new
  }
  for (std::size_t i = 0; i < joins.size(); ++i) {
    const JoinedPlace& place = places[i];
    auto done = std::exchange(joins[i].done, nullptr);
    switch (place.outcome) {
      case JoinedPlace::Outcome::placed: break;
      case JoinedPlace::Outcome::closed: done(refuse(ErrorCode::booking_not_open)); continue;
      case JoinedPlace::Outcome::needs_mark:
      case JoinedPlace::Outcome::full: done(refuse(Refusal{.code = ErrorCode::overloaded, .retry_after = kMaxPollAfter})); continue;
    }
    queue.placed(place);
    if (place.is_new) metrics_.queue_joins.Increment();
    if (place.was_admitted) tell_admitted(queue.concert(), place.number, users[i], std::move(joins[i].traceparent));
    JoinOutcome outcome{.place = row_of(place, users[i]), .is_new = place.is_new};
    if (!joins[i].idempotent)
      done(std::move(outcome));
    else
      commits_.submit(std::make_unique<RecordJoin>(std::move(outcome), *joins[i].idempotent, std::move(done)), CommandClass::join);
  }
}

// Those who only ask are asked about with no room at all, so that nobody is let in by it.
void SharedRooms::claim(SharedQueue& queue, std::span<SharedQueue::Claim> claims, bool may_admit) {
  std::vector<Ticket> tickets;
  for (const auto& claim : claims)
    if (claim.may_admit == may_admit && claim.done) tickets.push_back(claim.ticket);
  if (tickets.empty()) return;
  RoomRules rules = queue.rules();
  if (!may_admit) rules.settings.max_active = 0;
  const auto standings = with_room(queue, [&] { return room_.claim(queue.concert(), rules, tickets, clock_.now()); });
  std::size_t i = 0;
  for (auto& claim : claims) {
    if (claim.may_admit != may_admit || !claim.done) continue;
    const Standing& standing = standings[i++];
    queue.stands(claim.ticket, standing);
    if (standing.was_admitted) tell_admitted(queue.concert(), claim.ticket.number, claim.ticket.user, std::move(claim.traceparent));
    std::exchange(claim.done, nullptr)(Nothing{});
  }
}

// A hold is over. Another made with the same ticket keeps it; else, when something was paid with it, the ticket is completed.
void SharedRooms::free_holds(SharedQueue& queue, const std::vector<SharedQueue::Freed>& freed) {
  std::vector<EndedPlace> ended;
  for (const auto& [number, user] : freed) {
    const auto made = marks_.made_with(queue.concert(), number, user, clock_.now());
    if (made.holds_until)
      queue.hold_began(number, *made.holds_until);
    else if (made.has_paid)
      ended.push_back({.number = number, .user = user, .was_paid = true});
  }
  for (const EndedPlace& place : ended) queue.ended(place.number, TicketStatus::completed);
  in_pieces(ended, [&](std::span<const EndedPlace> piece) {
    with_room(queue, [&] { room_.finish(queue.concert(), piece, clock_.now()); });
  });
}

void SharedRooms::tick(SharedQueue& queue) {
  const auto board = with_room(queue, [&] { return room_.tick(queue.concert(), queue.rules(), queue.marks(), clock_.now()); });
  queue.show(board);
  const bool knows_epoch = board->epoch == queue.marks().epoch;  // else another pod has fenced
  const RoomMarks in_use{.epoch = board->epoch, .tail = board->tail_mark, .front = board->front_mark};
  if (!knows_epoch || raised(in_use, *board, queue.rules(), clock_.now()) != in_use) reserve(queue, board->tail);
}

// `tail`: at least so many numbers are given, whatever the last board says.
void SharedRooms::reserve(SharedQueue& queue, std::int64_t tail) {
  Board board = *queue.board();
  board.tail = std::max(board.tail, tail);
  queue.set_marks(marks_.update(queue.concert(), [&](const RoomMarks& stored) -> std::optional<RoomMarks> {
    if (stored.epoch == 0 || stored.epoch != board.epoch) return std::nullopt;
    return raised(stored, board, queue.rules(), clock_.now());
  }));
}

// The marks of the next epoch are stored first, so that the room never has one that is not. One pod fences: each fence passes over
// a block of numbers and keeps everybody from being called for a while. Whoever finds that another has stored marks since, or any
// when it knew of none, leaves it to that one for a moment.
void SharedRooms::fence(SharedQueue& queue) {
  const ConcertId concert = queue.concert();
  const RoomMarks known = queue.marks();
  const bool is_left_to_other = steady_now() < left_to_other_until_[concert];
  bool is_ours = false;
  RoomMarks before;
  const RoomMarks next = marks_.update(concert, [&](const RoomMarks& stored) -> std::optional<RoomMarks> {
    before = stored;
    is_ours = stored.epoch == known.epoch && !is_left_to_other;
    if (!is_ours) return std::nullopt;
    return RoomMarks{
        .epoch = static_cast<std::uint16_t>(stored.epoch + 1), .tail = stored.tail + kTailBlock, .front = stored.front};
  });
  if (!is_ours) {
    if (next.epoch != known.epoch) left_to_other_until_[concert] = steady_now() + kOtherFences;
    return queue.set_marks(next);
  }
  const TimePoint now = clock_.now();
  const auto ended = marks_.completed(concert, now);
  auto inside = marks_.holding(concert, now);
  for (const InsidePlace& place : *queue.board()->inside)
    if (std::ranges::find(inside, place.number, &InsidePlace::number) == inside.end()) inside.push_back(place);
  const NumberSet gone = queue.gone();
  const RoomRules rules = queue.rules();
  room_.fence(concert,
              rules,
              {.marks = next,
               .given = before.tail,
               .called = before.front,
               .called_long_ago = queue.called_before(now - rules.limits.return_window),
               .ended = ended,
               .inside = inside,
               .gone = &gone},
              now);
  queue.set_marks(next);
  if (before.epoch == 0) return log_info("a waiting room was opened", {{"concert", concert.value}});
  log_warn("the waiting room was fenced", {{"concert", concert.value}, {"epoch", std::int64_t{next.epoch}}});
}

void SharedRooms::tell_admitted(ConcertId concert, TicketNumber number, UserId user, std::string traceparent) {
  metrics_.queue_admissions.Increment();
  auto telling = std::make_unique<TellAdmitted>(concert, number, user);
  telling->traceparent = std::move(traceparent);
  commits_.submit(std::move(telling), CommandClass::settle);
}

}  // namespace frontrow

#include "app/queue/shared_rooms.hpp"

#include <algorithm>

#include "app/queue/end_stays.hpp"
#include "base/boundary.hpp"
#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr Duration kRefreshEvery{200};
constexpr Duration kLeftEvery{400};  // less than the shortest interval of polls
constexpr Duration kSecond{1'000};
constexpr Duration kBoardIsOld{600};
constexpr Duration kPublishEvery{20};
constexpr Duration kTicketsKnown{60'000};   // since they were last asked for
constexpr Duration kSeenIsWritten{30'000};  // after presence was unknown for so long
constexpr std::size_t kEndedAtOnce = 250;   // of each kind, in a second

// At most kEndedAtOnce tickets, from the first number above `upto` on, and round to the lower numbers: tickets that a live hold
// keeps must not hide tickets that nothing keeps.
std::vector<EndStays::Named> next_in_turn(std::vector<EndStays::Named> sorted, TicketNumber& upto) {
  const auto next = std::ranges::upper_bound(sorted, upto, {}, &EndStays::Named::number);
  std::ranges::rotate(sorted, next);
  if (sorted.size() > kEndedAtOnce) sorted.resize(kEndedAtOnce);
  if (!sorted.empty()) upto = sorted.back().number;
  return sorted;
}

}  // namespace

SharedRooms::SharedRooms(std::int64_t pod, const Ports& ports, Commits& rooms, Commits& commits, const Clock& clock)
    : ports_(ports),
      commits_(commits),
      clock_(clock),
      means_{.pod = pod,
             .rooms = rooms,
             .commits = commits,
             .read_ticket = [this](SharedQueue& queue, const Ticket& ticket,
                                   QueueMeans::Read& done) { return read_ticket(queue, ticket, done); },
             .wake =
                 [this] {
                   {
                     const MutexLock lock(mutex_);
                     is_woken_ = true;
                   }
                   woken_.notify_one();
                 },
             .follow =
                 [this](const std::shared_ptr<SharedQueue>& queue) {
                   const MutexLock lock(mutex_);
                   followed_.insert_or_assign(queue->concert(), queue);
                 }} {}

std::shared_ptr<SharedQueue> SharedRooms::queue(const Concert& concert, const QueueLimits& limits) {
  const MutexLock lock(mutex_);
  auto& queue = queues_[concert.id];
  if (queue == nullptr) queue = std::make_shared<SharedQueue>(concert, limits, means_);
  return queue;
}

// This also asks if another pod has seen the person. If Redis is away, the person counts as present.
bool SharedRooms::read_ticket(SharedQueue& queue, const Ticket& ticket, QueueMeans::Read& done) {
  if (readers_ == nullptr) return false;
  auto query = [this, self = queue.shared_from_this(), ticket](StoreReader&) {
    const TimePoint now = clock_.now();
    if (self->board_at() == TimePoint{}) {
      self->add_left(ports_.reader.left(ticket.concert, 0));
      self->show({.row = ports_.reader.row(ticket.concert), .published_at = now}, true);
    }
    auto found = ports_.reader.ticket({ticket.user, ticket.concert}, ticket.number, now);
    if (!found || found->row.state != TicketState::active) return found;
    found->row.seen_at = std::max(found->row.seen_at, last_seen(ticket, now));
    return found;
  };
  const auto kept = std::make_shared<QueueMeans::Read>(std::move(done));
  if (readers_->ask(std::move(query), [kept](auto found) { (*kept)(std::move(found)); })) return true;
  done = std::move(*kept);
  return false;
}

TimePoint SharedRooms::last_seen(const Ticket& ticket, TimePoint now) {
  TimePoint at = now;
  with_boards([&] { at = ports_.presence.last_seen(ticket.concert, ticket.number).value_or(now); });
  return at;
}

template <class Work>
bool SharedRooms::with_boards(Work work) {
  try {
    work();
    if (!is_up_.exchange(true)) log_info("the boards of the waiting rooms are back");
    return true;
  } catch (const Unavailable& away) {
    if (is_up_.exchange(false))
      log_warn("the boards of the waiting rooms are away: the store is read instead", {{"reason", away.what()}});
    return false;
  }
}

// The loop.

void SharedRooms::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    contained("waiting rooms", [this] { run_once(); });
    MutexLock lock(mutex_);
    if (!is_woken_) woken_.wait_for(lock, stop, kRefreshEvery, [this]() REQUIRES(mutex_) { return is_woken_; });
    is_woken_ = false;
    woken_.wait_for(lock, stop, kPublishEvery, [] { return false; });
  }
}

// A queue that is asked about while it is dropped is followed again by the one who asks, since its own mark is taken off first.
SharedRooms::Queues SharedRooms::followed(TimePoint now) {
  Queues queues, all;
  {
    const MutexLock lock(mutex_);
    for (const auto& [id, queue] : followed_) all.push_back(queue);
  }
  for (const auto& queue : all) {
    if (queue->stays_followed(now)) {
      queues.push_back(queue);
    } else {
      watched_.erase(queue->concert());
      drop(*queue);
    }
  }
  return queues;
}

void SharedRooms::drop(const SharedQueue& queue) {
  const MutexLock lock(mutex_);
  if (!queue.is_followed()) followed_.erase(queue.concert());
}

std::vector<ConcertId> SharedRooms::followed_concerts() {
  std::vector<ConcertId> concerts;
  const MutexLock lock(mutex_);
  for (const auto& [id, queue] : followed_) concerts.push_back(id);
  return concerts;
}

void SharedRooms::run_once() {
  const TimePoint now = clock_.now();
  const Queues queues = followed(now);
  publish(queues, now);
  if (now >= next_refresh_) {
    next_refresh_ = now + kRefreshEvery;
    refresh(queues, now);
  }
  if (now >= next_left_) {
    next_left_ = now + kLeftEvery;
    read_left(queues);
  }
  if (now < next_second_) return;
  next_second_ = now + kSecond;
  tell_presence(queues, now);
  for (const auto& queue : queues) {
    if (queue->is_ticker(now))
      end_stays(*queue, now);
    else
      watched_.erase(queue->concert());
    queue->forget_tickets_before(now - kTicketsKnown);
  }
}

void SharedRooms::publish(const Queues& queues, TimePoint now) {
  for (const auto& queue : queues)
    if (const auto news = queue->take_news(now))
      if (!with_boards([&] { ports_.boards.publish(queue->concert(), *news); })) return;
}

void SharedRooms::refresh(const Queues& queues, TimePoint now) {
  std::vector<ConcertId> concerts;
  for (const auto& queue : queues) concerts.push_back(queue->concert());
  if (concerts.empty()) return;
  with_boards([&] {
    const auto boards = ports_.boards.read(concerts);
    for (std::size_t i = 0; i < boards.size(); ++i)
      if (boards[i] && now - boards[i]->published_at < kBoardIsOld) queues[i]->show(*boards[i], false);
  });
  for (const auto& queue : queues)
    if (now - queue->board_at() >= kBoardIsOld)
      queue->show({.row = ports_.reader.row(queue->concert()), .published_at = now}, true);
}

void SharedRooms::read_left(const Queues& queues) {
  for (const auto& queue : queues)
    if (const QueueRow row = queue->row(); row.front < row.tail)
      queue->add_left(ports_.reader.left(queue->concert(), queue->left_upto()));
}

// The others hear of it through the presence port, or, should that be away for long, from the rows.
void SharedRooms::tell_presence(const Queues& queues, TimePoint now) {
  if (presence_up_at_ == TimePoint{}) presence_up_at_ = now;
  for (const auto& queue : queues) {
    const std::vector<Sighting> sightings = queue->take_sightings();
    if (sightings.empty()) continue;
    if (with_boards([&] { ports_.presence.seen(queue->concert(), sightings); })) {
      presence_up_at_ = now;
      continue;
    }
    if (now - presence_up_at_ < kSeenIsWritten) continue;
    std::vector<EndStays::Named> named;
    for (const Sighting& sighting : sightings)
      if (const auto user = queue->owner_of(sighting.number); user && named.size() < kEndedAtOnce)
        named.push_back({.number = sighting.number, .user = *user, .seen_at = sighting.at});
    if (!named.empty()) commits_.submit(std::make_unique<MarkSeen>(queue, std::move(named)), CommandClass::settle);
  }
}

// No ticket ends for silence until, as far as this pod knows, presence has been kept for as long as a person may be silent.
void SharedRooms::end_stays(SharedQueue& queue, TimePoint now) {
  const auto [at, is_new] = watched_.try_emplace(queue.concert());
  Watch& watch = at->second;
  if (is_new) watch.since = now;
  UnderWay::Token token = watch.ending.begin();
  if (token == nullptr) return;
  std::vector<EndStays::Named> named = next_in_turn(silent_inside(queue, watch, now), watch.named_upto);
  const Room room = queue.room();
  const QueueRow row = queue.row();
  const auto limit = static_cast<int>(kEndedAtOnce);
  for (const TicketRow& silent : ports_.reader.silent(queue.concert(), row.lapsed, now - room.limits.return_window, limit))
    named.push_back({.number = silent.number, .user = silent.user, .seen_at = {}});
  if (named.empty()) return;
  auto done = [token = std::move(token)](Result<Nothing>) {};
  commits_.submit(std::make_unique<EndStays>(queue.shared_from_this(), std::move(named), std::move(done)), CommandClass::settle);
}

// People inside whose time may be over, by number. A live hold, which only the store knows, may still keep them.
std::vector<EndStays::Named> SharedRooms::silent_inside(const SharedQueue& queue, Watch& watch, TimePoint now) {
  Presence::Seen seen;
  const Room room = queue.room();
  if (!with_boards([&] { seen = ports_.presence.all(queue.concert(), now - 2 * room.limits.idle); })) seen.memory.clear();
  if (seen.memory.empty() || seen.memory != watch.memory) watch.since = now, watch.memory = seen.memory;
  std::vector<EndStays::Named> silent;
  for (const TicketRow& row : ports_.reader.inside(queue.concert())) {
    const auto elsewhere = seen.at.find(row.number);
    const TimePoint seen_at = std::max({row.admitted_at,
                                        row.seen_at,
                                        watch.since,
                                        queue.seen_here(row.number).value_or(TimePoint{}),
                                        elsewhere == seen.at.end() ? TimePoint{} : elsewhere->second});
    if (may_hold_until(room, {.admitted_at = row.admitted_at, .seen_at = seen_at}) <= now)
      silent.push_back({.number = row.number, .user = row.user, .seen_at = seen_at});
  }
  std::ranges::sort(silent, {}, &EndStays::Named::number);
  return silent;
}

}  // namespace frontrow

#include "app/queue/shared_queue.hpp"

#include <algorithm>

#include "app/commit/commits.hpp"
#include "app/queue/queue.hpp"
#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr Duration kTrusted{250};                // how long a ticket stands as it was read
constexpr Duration kTrustedWhenOff{30'000};      // with the queue off it only matters for when it is switched on
constexpr Duration kFollowedFor{60'000};         // after the last look
constexpr Duration kTruthWins{5'000};            // a row in the store that stays older than ours: the store was restored
constexpr std::size_t kMostSightings = 200'000;  // in a second; more are not kept, and nobody is ended for it within 120 s
constexpr std::size_t kMostTickets = 1'000'000;
constexpr std::int64_t kCalledAtOnce = 10;  // seconds' worth of admissions: with nine of ten called people absent

}  // namespace

SharedQueue::SharedQueue(const Concert& concert, const QueueLimits& limits, QueueMeans& means)
    : concert_(concert.id), means_(means), room_{.settings = concert.queue, .booking = concert.booking, .limits = limits} {
  row_.is_on = concert.queue.enabled;
}

// Looking.

const SharedQueue::Known* SharedQueue::known(const Ticket& ticket) const {
  const auto at = tickets_.find(ticket.number);
  return at != tickets_.end() && at->second.row.user == ticket.user ? &at->second : nullptr;
}

Standing SharedQueue::standing_of(const Ticket& ticket) const {
  const Known* found = known(ticket);
  if (found == nullptr) return {.is_live = ticket.number.value <= row_.front || !left_.contains(ticket.number.value)};
  const TicketRow& row = found->row;
  Standing standing{.is_live = row.state != TicketState::ended, .was_paid = row.was_paid, .holds_until = found->holds_until};
  if (row.state == TicketState::active)
    standing.stay = {
        .admitted_at = row.admitted_at, .seen_at = std::max(row.admitted_at, found->seen_at), .holds_until = found->holds_until};
  return standing;
}

// Live people between the front and this number, itself included. It never grows, because numbers that were left are only ever
// added.
std::int64_t SharedQueue::position(std::int64_t number) const {
  if (number <= row_.front) return 1;
  return std::max<std::int64_t>(1, number - row_.front - left_.count_between(row_.front, number));
}

TicketView SharedQueue::look_locked(const Ticket& ticket, const Standing& standing, TimePoint now, double unit) {
  asked_at_ = now;
  if (is_sign_of_life(room_, standing, now)) {
    tickets_.at(ticket.number).seen_at = now;
    if (sightings_.size() < kMostSightings || sightings_.contains(ticket.number)) sightings_[ticket.number] = now;
  }
  const InLine in_line{.number = ticket.number.value,
                       .position = position(ticket.number.value),
                       .free_places = room_.settings.max_active - row_.active - row_.expected};
  return view_ticket(room_, row_, standing, in_line, now, unit);
}

// Before the lock is taken: whoever follows the queues has a lock of its own.
void SharedQueue::be_followed() const {
  if (is_followed_.load(std::memory_order_relaxed) || is_followed_.exchange(true)) return;
  means_.follow(std::const_pointer_cast<SharedQueue>(shared_from_this()));
}

TicketView SharedQueue::look(const Ticket& ticket, TimePoint now, double unit) {
  be_followed();
  const MutexLock lock(mutex_);
  return look_locked(ticket, standing_of(ticket), now, unit);
}

std::optional<Refusal> SharedQueue::refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) {
  be_followed();
  const MutexLock lock(mutex_);
  const Standing standing = standing_of(ticket);
  return frontrow::refuse_entry(room_, standing, look_locked(ticket, standing, now, unit), purpose, now);
}

bool SharedQueue::knows(const Ticket& ticket, Purpose purpose, TimePoint now) const {
  be_followed();
  const MutexLock lock(mutex_);
  asked_at_ = now;
  if (board_at_ == TimePoint{}) return false;
  const Known* found = known(ticket);
  const Duration trusted = room_.settings.enabled ? kTrusted : kTrustedWhenOff;
  if (found != nullptr && (found->row.state == TicketState::ended || now - found->asked_at < trusted)) return true;
  // To be let in somewhere, numbers that another pod may have given or called since our row was read have to be asked for, too.
  const std::int64_t called_since = purpose == Purpose::poll ? 0 : kCalledAtOnce * room_.settings.admissions_per_second;
  const bool surely_waits = ticket.number.value > row_.front + called_since && ticket.number.value <= row_.tail;
  return room_.booking.has_closed(now) || surely_waits;
}

QueueCounts SharedQueue::counts() const {
  const MutexLock lock(mutex_);
  const std::int64_t not_called = row_.tail - row_.front - left_.count_between(row_.front, row_.tail + 1);
  return {.tail = row_.tail,
          .front = row_.front,
          .waiting = std::max<std::int64_t>(0, not_called) + row_.expected,
          .active = row_.active};
}

// Asking.

bool SharedQueue::is_overloaded() const { return means_.rooms.is_full_for(CommandClass::hold); }

void SharedQueue::submit_join(UserId user, std::optional<Idempotent> idempotent, std::optional<ShownPass> pass,
                              std::string traceparent, Joined done) {
  auto command = std::make_unique<JoinQueue>(shared_from_this(), user, std::move(idempotent), std::move(done));
  command->pass = std::move(pass);
  command->traceparent = std::move(traceparent);
  means_.rooms.submit(std::move(command), CommandClass::join);
}

void SharedQueue::submit_claim(const Ticket& ticket, std::string traceparent, Done done) {
  auto command = std::make_unique<ClaimPlace>(shared_from_this(), ticket.number, ticket.user, std::move(done));
  command->traceparent = std::move(traceparent);
  means_.rooms.submit(std::move(command), CommandClass::hold);
}

void SharedQueue::submit_leave(const Ticket& ticket, Actor by, Done done) {
  auto command = std::make_unique<LeaveQueue>(shared_from_this(), ticket.number, ticket.user, std::move(done));
  command->actor = std::move(by);
  means_.commits.submit(std::move(command), CommandClass::settle);
}

// A ticket that cannot be read keeps its last known state.
void SharedQueue::submit_ask(const Ticket& ticket, Done done) {
  QueueMeans::Read read =
      [self = shared_from_this(), ticket, done = std::move(done)](Result<std::optional<QueueReader::StoredTicket>> found) mutable {
        {
          const MutexLock lock(self->mutex_);
          const TimePoint now = self->asked_at_;
          if (found && *found) self->learn((*found)->row, (*found)->holds_until, now);
          if (found && !*found) self->learn({.number = ticket.number, .user = ticket.user, .issued_at = ticket.issued_at}, {}, now);
          if (const auto at = self->tickets_.find(ticket.number); !found && at != self->tickets_.end()) at->second.asked_at = now;
        }
        done(found ? Result<Nothing>{Nothing{}} : std::unexpected(std::move(found.error())));
      };
  if (!means_.read_ticket(*this, ticket, read)) read(refuse(Refusal{.code = ErrorCode::overloaded, .retry_after = kMinPollAfter}));
}

void SharedQueue::submit_tick(std::optional<std::int64_t> free_seats, TimePoint now) {
  UnderWay::Token token;
  {
    const MutexLock lock(mutex_);
    if (board_at_ == TimePoint{} || (row_.ticker != means_.pod && now < row_.ticker_until)) return;
    if (row_.ticker != means_.pod && now - asked_at_ > kFollowedFor) return;
    const bool has_switched = room_.settings.enabled != row_.is_on;
    const bool may_call = row_.front < row_.tail && room_.booking.is_open(now);
    const bool has_people = row_.active != 0 || row_.late < row_.front || !row_.calls.empty();
    if (!has_switched && (!room_.settings.enabled || (!may_call && !has_people))) return;
    token = ticking_.begin();
  }
  if (token == nullptr) return;
  auto done = [token = std::move(token)](Result<Nothing>) {};
  means_.rooms.submit(std::make_unique<AdmitNext>(shared_from_this(), free_seats, std::move(done)), CommandClass::settle);
}

// What has become of it.

// Tickets only ever go from waiting to active to ended: a row that arrives late does not bring one back.
void SharedQueue::learn(const TicketRow& row, std::optional<TimePoint> holds_until, TimePoint now) {
  if (!holds_until && row.state == TicketState::waiting && row.number.value > row_.front) return;  // needs no look-up
  if (tickets_.size() >= kMostTickets) tickets_.clear();
  Known& found = tickets_[row.number];
  if (found.row.state > row.state) return;
  found.row = row;
  found.seen_at = std::max(found.seen_at, row.seen_at);
  if (holds_until) found.holds_until = *holds_until;
  // A commit shows the ticket's row, and not which holds were made with it.
  if (holds_until || found.asked_at != TimePoint{}) found.asked_at = std::max(found.asked_at, now);
}

void SharedQueue::take_row(const QueueRow& row, TimePoint now) {
  if (row.version < row_.version) return;
  row_ = row;
  board_at_ = std::max(board_at_, now);
  lower_since_ = {};
}

void SharedQueue::apply(const WorkingSet& set) {
  const auto at = set.queues.find(concert_);
  if (at != set.queues.end() && at->second.is_stored_row) be_followed();
  bool has_news = false;
  {
    const MutexLock lock(mutex_);
    for (const auto& [holder, row] : set.tickets)
      if (holder.concert == concert_ && row.number) learn(row, {}, set.now);
    if (at == set.queues.end()) return;
    const QueueChange& change = at->second;
    if (change.is_stored_row) take_row(change.row, set.now);
    for (const TicketNumber number : change.left) left_.insert(number.value);
    has_news = change.is_stored_row && change.row.version != change.before.version;
    has_news_ = has_news_ || has_news;
  }
  if (has_news) means_.wake();
}

void SharedQueue::hold_began(TicketNumber number, TimePoint expires_at) {
  const MutexLock lock(mutex_);
  if (const auto at = tickets_.find(number); at != tickets_.end())
    at->second.holds_until = std::max(at->second.holds_until, expires_at);
}

// Only the store knows if another hold is left.
void SharedQueue::hold_ended(TicketNumber number) {
  const MutexLock lock(mutex_);
  if (const auto at = tickets_.find(number); at != tickets_.end()) at->second.holds_until = at->second.asked_at = {};
}

void SharedQueue::change_concert(const Concert& concert) {
  const MutexLock lock(mutex_);
  room_.settings = concert.queue;
  room_.booking = concert.booking;
}

// The pod's loop.

Room SharedQueue::room() const {
  const MutexLock lock(mutex_);
  return room_;
}

QueueRow SharedQueue::row() const {
  const MutexLock lock(mutex_);
  return row_;
}

TimePoint SharedQueue::board_at() const {
  const MutexLock lock(mutex_);
  return board_at_;
}

bool SharedQueue::stays_followed(TimePoint now) {
  const MutexLock lock(mutex_);
  if (now - asked_at_ <= kFollowedFor || has_news_ || (row_.ticker == means_.pod && now < row_.ticker_until)) return true;
  is_followed_ = false;
  return false;
}

bool SharedQueue::is_ticker(TimePoint now) const {
  const MutexLock lock(mutex_);
  return row_.ticker == means_.pod && now < row_.ticker_until;
}

void SharedQueue::show(const Board& board, bool is_truth) {
  if (board.row.ticker == means_.pod) be_followed();
  const MutexLock lock(mutex_);
  if (board.row.version >= row_.version) return take_row(board.row, board.published_at);
  if (!is_truth) return;
  if (lower_since_ == TimePoint{}) lower_since_ = board.published_at;
  if (board.published_at - lower_since_ < kTruthWins) return;
  log_warn("the store's queue is older than what was shown of it: it was restored",
           {{"concert", concert_.value}, {"shown", row_.version}, {"stored", board.row.version}});
  row_ = board.row;
  lower_since_ = {};
}

std::optional<Board> SharedQueue::take_news(TimePoint now) {
  const MutexLock lock(mutex_);
  if (!std::exchange(has_news_, false)) return {};
  return Board{.row = row_, .published_at = now};
}

std::vector<Sighting> SharedQueue::take_sightings() {
  const MutexLock lock(mutex_);
  std::vector<Sighting> taken;
  taken.reserve(sightings_.size());
  for (const auto& [number, at] : sightings_) taken.push_back({number, at});
  sightings_.clear();
  return taken;
}

std::optional<TimePoint> SharedQueue::seen_here(TicketNumber number) const {
  const MutexLock lock(mutex_);
  const auto at = tickets_.find(number);
  return at == tickets_.end() ? std::nullopt : std::optional{at->second.seen_at};
}

std::optional<UserId> SharedQueue::owner_of(TicketNumber number) const {
  const MutexLock lock(mutex_);
  const auto at = tickets_.find(number);
  return at == tickets_.end() ? std::nullopt : std::optional{at->second.row.user};
}

std::int64_t SharedQueue::left_upto() const {
  const MutexLock lock(mutex_);
  return left_upto_;
}

void SharedQueue::add_left(const QueueReader::Left& left) {
  const MutexLock lock(mutex_);
  for (const std::int64_t number : left.numbers) left_.insert(number);
  left_upto_ = std::max(left_upto_, left.last);
}

void SharedQueue::forget_tickets_before(TimePoint time) {
  const MutexLock lock(mutex_);
  std::erase_if(tickets_, [&](const auto& entry) { return entry.second.asked_at < time; });
}

}  // namespace frontrow

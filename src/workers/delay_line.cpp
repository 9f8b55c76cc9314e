#include "workers/delay_line.hpp"

#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "ports/unavailable.hpp"

namespace frontrow {

namespace {

constexpr std::size_t kPolled = 1'000;     // messages in a round
constexpr Duration kPollWhileUnderWay{5};  // outcomes come from another thread, which cannot wake a poll
constexpr Duration kDeadLetterWait{1'000};
constexpr Duration kObserveEvery{500};
constexpr Duration kAskLagEvery{5'000};  // each time is a request to the broker

Message dead_letter(const ReceivedMessage& message) {
  return {.topic = std::string(kDeadLetterTopic),
          .key = message.key,
          .payload = message.payload,
          .headers = {{"topic", message.topic},
                      {"partition", std::to_string(message.partition)},
                      {"offset", std::to_string(message.offset)},
                      {"reason", "not a reservation.created event"}}};
}

}  // namespace

DelayLine::DelayLine(EventConsumer& consumer, EventPublisher& dead_letters, const Clock& clock, Metrics& metrics, OnDue on_due)
    : consumer_(consumer), dead_letters_(dead_letters), clock_(clock), metrics_(metrics), on_due_(std::move(on_due)) {}

void DelayLine::run_once(Duration wait) {
  settle_outcomes();
  Polled polled = consumer_.poll(kPolled, pause_until_due(wait));
  for (const int partition : polled.revoked) lanes_.erase(partition);
  for (ReceivedMessage& message : polled.messages) take(std::move(message));
  settle_outcomes();
  for (auto& [partition, lane] : lanes_) {
    name_due(partition, lane);
    keep_flowing(partition, lane);
  }
  observe();
}

void DelayLine::take(ReceivedMessage message) {
  const auto [at, is_new] = lanes_.try_emplace(message.partition);
  Lane& lane = at->second;
  if (is_new) lane.run = ++runs_;
  PendingHold waiting{.offset = message.offset};
  if (const auto hold = read_created(message.payload)) {
    // No hold can last so long. The partition does not wait for such a message: it is named at once, and the store
    // decides.
    waiting.due = hold->expires_at > clock_.now() + kLongestHold ? clock_.now() : hold->expires_at;
    waiting.reservation = hold->reservation;
    waiting.seq = hold->seq;
  } else {
    waiting.unreadable = std::make_unique<ReceivedMessage>(std::move(message));
    ++lane.unreadable;
  }
  lane.waiting.push_back(std::move(waiting));
}

void DelayLine::settle_outcomes() {
  std::vector<Outcome> outcomes;
  {
    const MutexLock lock(mailbox_->mutex);
    outcomes.swap(mailbox_->outcomes);
  }
  for (const Outcome& outcome : outcomes) {
    const auto at = lanes_.find(outcome.partition);
    if (at == lanes_.end() || at->second.run != outcome.run) continue;
    Lane& lane = at->second;
    if (outcome.is_settled) {
      settle(outcome.partition, lane);
    } else {
      lane.under_way = 0;
      lane.not_before = clock_.now() + kRetry;
    }
  }
}

void DelayLine::settle(int partition, Lane& lane) {
  const std::int64_t last = lane.waiting[lane.under_way - 1].offset;
  for (; lane.under_way > 0; --lane.under_way) {
    const PendingHold& front = lane.waiting.front();
    if (front.reservation) settled_.add(front.reservation, front.seq);
    lane.waiting.pop_front();
  }
  lane.next = last + 1;
  consumer_.commit(partition, lane.next);
}

void DelayLine::name_due(int partition, Lane& lane) {
  const TimePoint now = clock_.now();
  if (lane.under_way > 0 || now < lane.not_before) return;
  std::size_t count = 0;
  std::set<ReservationId> named;
  for (; count < std::min(lane.waiting.size(), kNamedAtOnce) && lane.waiting[count].due <= now; ++count) {
    const PendingHold& each = lane.waiting[count];
    if (each.reservation && !settled_.contains(each.reservation, each.seq)) named.insert(each.reservation);
  }
  if (count == 0) return;
  if (!put_aside_unreadable(lane, count)) {
    lane.not_before = now + kRetry;
    return;
  }
  lane.under_way = count;
  if (named.empty()) return settle(partition, lane);
  try {
    on_due_({named.begin(), named.end()}, [box = mailbox_, partition, run = lane.run](bool is_settled) {
      const MutexLock lock(box->mutex);
      box->outcomes.push_back({.partition = partition, .run = run, .is_settled = is_settled});
    });
  } catch (...) {  // otherwise the lane would wait for an outcome for ever
    lane.under_way = 0;
    lane.not_before = now + kRetry;
    throw;
  }
}

// False if they could not be put aside: then no later offset may be committed.
bool DelayLine::put_aside_unreadable(Lane& lane, std::size_t count) {
  std::vector<Message> letters;
  for (std::size_t i = 0; i < count; ++i)
    if (lane.waiting[i].unreadable) letters.push_back(dead_letter(*lane.waiting[i].unreadable));
  if (letters.empty()) return true;
  try {
    const std::vector<bool> delivered = dead_letters_.publish(letters, kDeadLetterWait);
    if (!std::ranges::all_of(delivered, std::identity{})) return false;
  } catch (const Unavailable& lost) {
    log_warn("unreadable messages wait, because they cannot be put aside", {{"reason", lost.what()}});
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) lane.waiting[i].unreadable.reset();
  lane.unreadable -= letters.size();
  metrics_.dead_letters.Increment(static_cast<double>(letters.size()));
  log_warn("unreadable messages were put aside", {{"topic", kDeadLetterTopic}, {"messages", letters.size()}});
  return true;
}

void DelayLine::keep_flowing(int partition, Lane& lane) {
  const bool has_room = lane.waiting.size() <= kWaiting / 2 && lane.unreadable < kUnreadable;
  if (!lane.is_paused && lane.is_full()) {
    consumer_.pause(partition);
    lane.is_paused = true;
  } else if (lane.is_paused && has_room) {
    consumer_.resume(partition);
    lane.is_paused = false;
  }
}

Duration DelayLine::pause_until_due(Duration wait) const {
  const TimePoint now = clock_.now();
  for (const auto& [partition, lane] : lanes_) {
    if (lane.under_way > 0) wait = std::min(wait, kPollWhileUnderWay);
    if (lane.under_way == 0 && !lane.waiting.empty())
      wait = std::min(wait, std::max(lane.waiting.front().due, lane.not_before) - now);
  }
  return std::max(wait, Duration{0});
}

// A commit is sent without an answer, so a broker that went away may have lost it. The next one of its partition may be
// hours away.
void DelayLine::commit_lost_again() {
  for (const PartitionLag& each : lag_) {
    const auto lane = lanes_.find(each.partition);
    if (lane != lanes_.end() && each.committed < lane->second.next) consumer_.commit(each.partition, lane->second.next);
  }
}

// Overdue messages are those that wait here and are due. If all fetched messages of a partition are due, its other
// messages may be due as well, so they are counted, too.
void DelayLine::observe() {
  const TimePoint now = clock_.now();
  if (now < observe_at_) return;
  observe_at_ = now + kObserveEvery;
  if (now >= ask_lag_at_) {
    ask_lag_at_ = now + kAskLagEvery;
    lag_ = consumer_.lag();
    commit_lost_again();
  }
  std::int64_t raw = 0, overdue = 0;
  for (const PartitionLag& each : lag_) raw += each.end - each.committed;
  for (const auto& [partition, lane] : lanes_) {
    const auto due = std::ranges::count_if(lane.waiting, [&](const PendingHold& waiting) { return waiting.due <= now; });
    overdue += due;
    if (lane.waiting.empty() || due < std::ssize(lane.waiting)) continue;
    const auto known = std::ranges::find(lag_, partition, &PartitionLag::partition);
    if (known != lag_.end()) overdue += std::max<std::int64_t>(0, known->end - lane.waiting.back().offset - 1);
  }
  metrics_.consumer_raw_lag.Set(static_cast<double>(raw));
  metrics_.consumer_lag.Set(static_cast<double>(overdue));
}

}  // namespace frontrow

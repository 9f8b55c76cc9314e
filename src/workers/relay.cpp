#include "workers/relay.hpp"

#include <algorithm>
#include <set>

#include "base/boundary.hpp"
#include "workers/event_json.hpp"

namespace frontrow {

namespace {

constexpr int kNumberedAtOnce = 2'000;

}  // namespace

Relay::Relay(Outbox& outbox, EventPublisher& publisher, const Clock& clock, Metrics& metrics, RelaySettings settings)
    : outbox_(outbox), publisher_(publisher), clock_(clock), metrics_(metrics), settings_(settings) {}

void Relay::take_leases() {
  std::vector<int> due;
  const TimePoint now = clock_.now();
  for (int shard = 0; shard < kOutboxShards; ++shard)
    if (leases_[static_cast<std::size_t>(shard)].ask_at <= now) due.push_back(shard);
  if (due.empty()) return;
  const std::vector<int> taken = outbox_.take_leases(due, settings_.owner, settings_.lease);
  for (const int shard : due)
    leases_[static_cast<std::size_t>(shard)] = {
        .until = std::ranges::binary_search(taken, shard) ? now + settings_.lease : TimePoint{},
        .ask_at = now + settings_.lease / 3};
}

std::vector<int> Relay::owned() const {
  std::vector<int> shards;
  for (int shard = 0; shard < kOutboxShards; ++shard)
    if (leases_[static_cast<std::size_t>(shard)].until > clock_.now()) shards.push_back(shard);
  return shards;
}

std::vector<Relay::Pending> Relay::pending(std::span<const int> shards) {
  std::vector<Pending> rows;
  for (const int shard : shards) {
    // If the lease ends while the relay publishes, events may be repeated.
    if (leases_[static_cast<std::size_t>(shard)].until <= clock_.now()) continue;
    for (OutboxRow& row : outbox_.pending(shard, settings_.rows))
      rows.push_back({.shard = shard,
                      .id = row.id,
                      .feed = {.id = {}, .event = row.event, .reservation = std::move(row.reservation), .payment = row.payment}});
  }
  return rows;
}

bool Relay::run_once() {
  take_leases();
  const std::vector<int> shards = owned();
  const bool numbers = !shards.empty() && shards.front() == 0;
  if (shards.empty() || (!outbox_.has_news(shards) && (knows_last_number_ || !numbers))) {
    metrics_.event_delivery_lag_seconds.Set(0);
    return false;
  }
  // Numbering needs only the database: the feed goes on while the stream is away.
  if (numbers) {
    metrics_.events_last_id.Set(static_cast<double>(outbox_.number_events(kNumberedAtOnce).value));
    knows_last_number_ = true;
  }
  std::vector<Pending> rows = pending(shards);
  const auto oldest = std::ranges::min_element(rows, {}, [](const Pending& row) { return row.feed.event.occurred_at; });
  metrics_.event_delivery_lag_seconds.Set(
      oldest == rows.end() ? 0 : std::chrono::duration<double>(clock_.now() - oldest->feed.event.occurred_at).count());
  if (rows.empty()) return false;
  deliver(std::move(rows));
  return true;
}

namespace {

// The chain of an event: it must come after the earlier event of the same reservation, or of the same concert's
// changes.
using Line = std::pair<EventSubject, std::int64_t>;
Line line_of(const Event& event) {
  const EventSubject subject = subject_of(event.type);
  return {subject, subject == EventSubject::reservation ? event.reservation.value : event.concert.value};
}
bool has_order(const Event& event) { return subject_of(event.type) != EventSubject::queue; }

}  // namespace

// Splits off the first row of each chain; the rest stays, in order.
std::vector<Relay::Pending> Relay::take_firsts(std::vector<Pending>& rows) {
  std::set<Line> taken;
  std::vector<Pending> firsts, rest;
  for (Pending& row : rows) {
    const Event& event = row.feed.event;
    const bool is_first = !has_order(event) || taken.insert(line_of(event)).second;
    (is_first ? firsts : rest).push_back(std::move(row));
  }
  rows = std::move(rest);
  return firsts;
}

void Relay::deliver(std::vector<Pending> rows) {
  while (!rows.empty()) {
    const std::vector<Pending> wave = take_firsts(rows);
    std::vector<Message> messages;
    for (const Pending& row : wave) messages.push_back(message_of(row.feed));
    const std::vector<bool> is_delivered = publisher_.publish(messages, settings_.wait);
    std::vector<Pending> delivered;
    std::set<Line> stuck;
    for (std::size_t i = 0; i < wave.size(); ++i) {
      if (is_delivered[i])
        delivered.push_back(wave[i]);
      else
        stuck.insert(line_of(wave[i].feed.event));
    }
    take_out(delivered);
    std::erase_if(rows, [&](const Pending& row) { return stuck.contains(line_of(row.feed.event)); });
  }
}

// Rows come sorted by shard and stay so.
void Relay::take_out(std::span<const Pending> rows) {
  for (auto at = rows.begin(); at != rows.end();) {
    const int shard = at->shard;
    std::vector<OutboxId> ids;
    for (; at != rows.end() && at->shard == shard; ++at) ids.push_back(at->id);
    outbox_.delivered(shard, ids);
    metrics_.events_published.Increment(static_cast<double>(ids.size()));
  }
}

void Relay::release() {
  contained("giving back of shards", [&] { outbox_.take_leases(owned(), settings_.owner, Duration{0}); });
  leases_ = {};
}

}  // namespace frontrow

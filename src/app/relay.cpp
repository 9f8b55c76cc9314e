#include "app/relay.hpp"

#include <algorithm>
#include <set>

#include "app/event_json.hpp"
#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr int kNumberedAtOnce = 2'000;

// Splits off the first row of each reservation; the rest stays, in order.
std::vector<OutboxRow> take_firsts(std::vector<OutboxRow>& rows) {
  std::set<ReservationId> taken;
  const auto is_first = [&](const OutboxRow& row) {
    return !row.feed.event.reservation || taken.insert(row.feed.event.reservation).second;
  };
  const auto rest = std::ranges::stable_partition(rows, is_first).begin();
  std::vector<OutboxRow> firsts(std::make_move_iterator(rows.begin()), std::make_move_iterator(rest));
  rows.erase(rows.begin(), rest);
  return firsts;
}

}  // namespace

Relay::Relay(Outbox& outbox, EventPublisher& publisher, const Clock& clock, Metrics& metrics, RelaySettings settings)
    : outbox_(outbox), publisher_(publisher), clock_(clock), metrics_(metrics), settings_(settings) {}

void Relay::take_leases() {
  for (int shard = 0; shard < Outbox::kShards; ++shard) {
    Lease& lease = leases_[static_cast<std::size_t>(shard)];
    const TimePoint now = clock_.now();
    if (now < lease.ask_at) continue;
    lease.ask_at = now + settings_.lease / 3;
    lease.until = outbox_.take_lease(shard, settings_.owner, settings_.lease) ? now + settings_.lease : TimePoint{};
  }
}

std::vector<OutboxRow> Relay::pending() {
  std::vector<OutboxRow> rows;
  for (int shard = 0; shard < Outbox::kShards; ++shard) {
    // A lease that ends while we publish leads to repetitions.
    if (leases_[static_cast<std::size_t>(shard)].until - clock_.now() < settings_.wait) continue;
    std::ranges::move(outbox_.pending(shard, settings_.rows), std::back_inserter(rows));
  }
  return rows;
}

bool Relay::run_once() {
  take_leases();
  // Numbering is a matter of the database alone: the feed goes on while the stream is away.
  if (leases_[0].until > clock_.now()) outbox_.number_events(kNumberedAtOnce);
  std::vector<OutboxRow> rows = pending();
  const auto oldest = std::ranges::min_element(rows, {}, [](const OutboxRow& row) { return row.feed.event.occurred_at; });
  metrics_.event_delivery_lag_seconds.Set(
      oldest == rows.end() ? 0 : std::chrono::duration<double>(clock_.now() - oldest->feed.event.occurred_at).count());
  if (rows.empty()) return false;
  deliver(std::move(rows));
  return true;
}

void Relay::deliver(std::vector<OutboxRow> rows) {
  while (!rows.empty()) {
    std::vector<OutboxRow> wave = take_firsts(rows);
    std::vector<Message> messages;
    for (const OutboxRow& row : wave) messages.push_back(message_of(row.feed, row.traceparent));
    const std::vector<bool> is_delivered = publisher_.publish(messages, settings_.wait);
    std::vector<OutboxRow> delivered;
    std::set<ReservationId> stuck;
    for (std::size_t i = 0; i < wave.size(); ++i) {
      if (is_delivered[i])
        delivered.push_back(std::move(wave[i]));
      else
        stuck.insert(wave[i].feed.event.reservation);
    }
    outbox_.delivered(delivered);
    metrics_.events_published.Increment(static_cast<double>(delivered.size()));
    std::erase_if(rows, [&](const OutboxRow& row) { return stuck.contains(row.feed.event.reservation); });
  }
}

void Relay::release() {
  try {
    for (int shard = 0; shard < Outbox::kShards; ++shard)
      if (leases_[static_cast<std::size_t>(shard)].until > clock_.now()) outbox_.take_lease(shard, settings_.owner, Duration{0});
  } catch (const Unavailable& lost) {
    log_debug("shards are not given back", {{"reason", lost.what()}});
  }
  leases_ = {};
}

}  // namespace frontrow

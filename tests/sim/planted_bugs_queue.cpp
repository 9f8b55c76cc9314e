// Mistakes of the waiting room.
#include <algorithm>
#include <memory>

#include "app/queue/queue.hpp"
#include "sim/auditor.hpp"
#include "sim/planted_bugs.hpp"

namespace frontrow::sim {

namespace {

template <class C>
bool is(const Command& command) {
  return dynamic_cast<const C*>(&command) != nullptr;
}

// Passes on the loaded rows, with changed counters.
class LoadsCounters final : public Store {
 public:
  LoadsCounters(Store& inner, std::function<StoredQueue(StoredQueue, std::int64_t last_live)> bend)
      : inner_(inner), bend_(std::move(bend)) {}
  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override {
    inner_.execute(batch, set, again);
  }
  void load(const LoadVisitor& visitor) override {
    std::map<ConcertId, std::int64_t> last_live;
    inner_.load({.ticket = [&](ConcertId concert, const TicketRow& row) {
      std::int64_t& last = last_live[concert];
      last = std::max(last, row.number.value);
    }});
    LoadVisitor bent = visitor;
    bent.queue = [&](const StoredQueue& queue) { visitor.queue(bend_(queue, last_live[queue.concert])); };
    inner_.load(bent);
  }
  EventId last_event() override { return inner_.last_event(); }
  std::unique_ptr<StoreReader> open_reader() override { return inner_.open_reader(); }
  Forgotten forget(const KeptSince& since, int limit) override { return inner_.forget(since, limit); }
  void tend() override { inner_.tend(); }

 private:
  Store& inner_;
  const std::function<StoredQueue(StoredQueue, std::int64_t)> bend_;
};

// A restart forgets the numbers of people who have left, and gives them again.
Plant numbers_are_reused_after_a_reload() {
  return {.store = [](Store& store) {
    return std::make_unique<LoadsCounters>(store, [](StoredQueue queue, std::int64_t last_live) {
      queue.tail = std::max(queue.front, last_live);
      return queue;
    });
  }};
}

Plant front_is_lost_by_a_reload() {
  return {.store = [](Store& store) {
    return std::make_unique<LoadsCounters>(store, [](StoredQueue queue, std::int64_t) {
      queue.front = std::max<std::int64_t>(0, queue.front - 3);
      return queue;
    });
  }};
}

Plant front_is_shown_before_it_is_durable() {
  auto live = std::make_shared<LiveState*>(nullptr);
  return {.decide =
              [live](Command& command, const Op*, WorkingSet& set) {
                const Verdict verdict = command.decide(set);
                if (!is<AdmitNext>(command)) return verdict;
                for (const auto& [concert, change] : set.queues) {
                  QueueChange shown;
                  shown.row = change.row;
                  shown.row.tail = shown.before.tail = change.before.tail;
                  shown.before.front = change.before.front;
                  shown.row.front = std::min(change.row.front, change.before.tail);
                  (*live)->queue(concert)->apply(shown, set.now);
                }
                return verdict;
              },
          .started = [live](LiveState& started) { *live = &started; }};
}

Plant second_ticket_on_a_second_device() {
  return {.decide = [](Command& command, const Op* op, WorkingSet& set) {
    const Verdict verdict = command.decide(set);
    if (!is<JoinQueue>(command)) return verdict;
    const auto queue = set.queues.find(op->concert);
    if (queue == set.queues.end() || queue->second.is_changed()) return verdict;
    queue->second.put({.number = {++queue->second.row.tail}, .user = op->user, .issued_at = set.now});
    return verdict;
  }};
}

Plant newest_is_let_in_first() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const Verdict verdict = command.decide(set);
    for (auto& [concert, change] : set.queues) {
      if (!is<JoinQueue>(command) || change.tickets.empty()) continue;
      TicketRow newest = change.tickets.rbegin()->second;
      if (newest.state != TicketState::waiting || newest.number.value <= change.row.front) continue;
      newest.state = TicketState::active;
      newest.admitted_at = set.now;
      change.put(newest);
      ++change.row.admitted, ++change.row.active;
      set.events.push_back({.type = EventType::queue_activated,
                            .occurred_at = set.now,
                            .concert = concert,
                            .ticket = newest.number,
                            .user = newest.user});
    }
    return verdict;
  }};
}

Plant position_counts_those_who_left() {
  return {.view = [](TicketView& view, const Ticket& ticket, const ConcertQueue& queue) {
    if (view.status == TicketStatus::waiting) view.position = std::max<std::int64_t>(1, ticket.number.value - queue.counts().front);
  }};
}

// The room uses other settings than the administrator's.
Plant believes(std::function<void(QueueSettings&)> bend) {
  return {.apply = [bend = std::move(bend)](LiveState& live, const WorkingSet& set) {
    WorkingSet told = set;
    for (Concert& concert : told.new_concerts) bend(concert.queue);
    for (Concert& concert : told.changed_concerts) bend(concert.queue);
    live.apply(told);
  }};
}

Plant one_more_than_the_cap() {
  return believes([](QueueSettings& queue) { ++queue.max_active; });
}

Plant twice_the_rate() {
  return believes([](QueueSettings& queue) { queue.admissions_per_second *= 2; });
}

Plant activation_is_not_told() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const Verdict verdict = command.decide(set);
    std::erase_if(set.events, [](const Event& event) { return event.type == EventType::queue_activated; });
    return verdict;
  }};
}

}  // namespace

std::vector<PlantedBug> planted_bugs_in_the_queue() {
  return {
      {"numbers are reused after a reload", numbers_are_reused_after_a_reload},
      {"front is lost by a reload", front_is_lost_by_a_reload},
      {"front is shown before it is durable", front_is_shown_before_it_is_durable},
      {"second ticket on a second device", second_ticket_on_a_second_device},
      {"newest is let in first", newest_is_let_in_first},
      {"position counts those who left", position_counts_those_who_left},
      {"one more than the cap", one_more_than_the_cap},
      {"twice the rate", twice_the_rate},
      {"activation is not told", activation_is_not_told},
  };
}

}  // namespace frontrow::sim

#include "app/live/live_state.hpp"

#include <algorithm>

namespace frontrow {

namespace {

// A concert as gathered from rows.
struct Gathered {
  Concert concert;
  std::vector<Schedule> schedules;
};

struct Rows {
  std::map<ConcertId, Gathered> concerts;
  std::vector<Reservation> held;
  std::unordered_map<ScheduleId, std::vector<HallHead::Holds>> holds;
};

// The hall in use, if there is one, begins anew.
std::shared_ptr<Hall> hall_of(const Schedule& row, const Rows& rows, const CatalogPicture& known) {
  const auto made = rows.holds.find(row.id);
  const std::span<const HallHead::Holds> holds =
      made == rows.holds.end() ? std::span<const HallHead::Holds>{} : std::span<const HallHead::Holds>{made->second};
  const auto in_use = known.schedules.find(row.id);
  if (in_use == known.schedules.end()) return std::make_shared<Hall>(row, holds);
  in_use->second->start_anew(row, holds);
  return in_use->second;
}

}  // namespace

LiveState::LiveState(const Clock& clock, QueueLimits limits, Metrics& metrics, EventBus& bus, Commits* commits)
    : clock_(clock), limits_(limits), metrics_(metrics), bus_(bus), commits_(commits) {}

void LiveState::rebuild(Store& store) {
  const TimePoint now = clock_.now();
  Rows rows;
  std::map<ConcertId, std::shared_ptr<ConcertQueue>> queues;
  const auto queue_of = [&](ConcertId id) -> ConcertQueue& { return *queues.at(id); };
  store.load({
      .concert =
          [&](const Concert& concert) {
            rows.concerts[concert.id].concert = concert;
            queues[concert.id] = std::make_shared<ConcertQueue>(concert, limits_, now, commits_);
          },
      .schedule = [&](const Schedule& schedule) { rows.concerts[schedule.concert].schedules.push_back(schedule); },
      .section = {},
      .seat = {},
      .held_reservation = [&](const Reservation& reservation) { rows.held.push_back(reservation); },
      .queue = [&](const StoredQueue& queue) { queue_of(queue.concert).load_counters(queue.tail, queue.front); },
      .ticket = [&](ConcertId concert, const TicketRow& row) { queue_of(concert).load_ticket(row, now); },
      .completed_ticket = [&](ConcertId concert, TicketNumber number) { queue_of(concert).load_completed(number); },
  });
  std::set<std::pair<TimePoint, ReservationId>> deadlines;
  for (const Reservation& held : rows.held) {
    deadlines.emplace(held.expires_at, held.id);
    queue_of(held.concert).load_hold(held.ticket, held.id, held.expires_at);
    rows.holds[held.schedule].push_back({.until = held.expires_at, .seats = std::ssize(held.seats)});
  }
  deadlines_.replace(std::move(deadlines));
  const auto known = catalog_.picture();
  std::vector<std::shared_ptr<const ConcertEntry>> entries;
  std::vector<std::shared_ptr<PublicQueue>> deleted;
  for (auto& [id, gathered] : rows.concerts) {
    ConcertEntry entry{.concert = gathered.concert, .schedules = {}, .queue = {}};
    for (const Schedule& row : gathered.schedules)
      entry.schedules.push_back({.schedule = row, .hall = gathered.concert.is_deleted ? nullptr : hall_of(row, rows, *known)});
    queue_of(id).change_concert(for_queue(entry));
    queue_of(id).loaded();
    auto& queue = queues_[id];
    if (queue == nullptr)
      queue = queues.at(id);
    else
      queue->take_over(*queues.at(id));
    if (gathered.concert.is_deleted) {
      if (queue->has_tickets_to_end()) deleted.push_back(queue);
      continue;
    }
    entry.queue = queue;
    entries.push_back(std::make_shared<const ConcertEntry>(std::move(entry)));
  }
  catalog_.replace(entries, std::move(deleted));
  metrics_.events_last_id.Set(static_cast<double>(store.last_event().value));
}

// Beginnings before endings: a ticket that was paid with stays while another hold lives, also one made in the same
// batch.
void LiveState::apply(const WorkingSet& set) {
  const CommittedChanges changes = committed_changes(set);
  if (set.is_catalog_changed()) apply_catalog(set);
  const auto picture = catalog_.picture();
  for (const auto& [schedule, seats] : changes.seats)
    // null: its concert was deleted a moment ago
    if (Hall* hall = picture->find(schedule)) hall->apply(seats);
  for (const auto& [concert, change] : set.queues)
    if (change.is_touched) queues_.at(concert)->apply(change, set.now);
  for (const Reservation* begun : changes.begun) {
    deadlines_.add(begun->expires_at, begun->id);
    queues_.at(begun->concert)->hold_began(begun->ticket, begun->id, begun->expires_at);
  }
  for (const Reservation* ended : changes.ended) {
    deadlines_.remove(ended->expires_at, ended->id);
    queues_.at(ended->concert)->hold_ended(ended->ticket, ended->id, ended->status == ReservationStatus::confirmed);
  }
  count(set, changes, metrics_);
  if (!set.events.empty()) bus_.publish(set.last_event);
}

void LiveState::apply_catalog(const WorkingSet& set) {
  const auto before = catalog_.picture();
  std::map<ConcertId, ConcertEntry> entries;
  const auto entry_of = [&](ConcertId id) -> ConcertEntry& {
    const auto [at, is_new] = entries.try_emplace(id);
    if (const ConcertEntry* known = before->find(id); is_new && known != nullptr) at->second = *known;
    return at->second;
  };
  for (const Concert& concert : set.new_concerts) {
    if (concert.is_deleted) continue;  // of a hall in the making
    entry_of(concert.id).concert = concert;
    entry_of(concert.id).queue = queues_[concert.id] = std::make_shared<ConcertQueue>(concert, limits_, set.now, commits_);
  }
  for (const Concert& concert : set.changed_concerts) entry_of(concert.id).concert = concert;
  for (const Schedule& date : new_dates(set)) entry_of(date.concert).add({.schedule = date, .hall = std::make_shared<Hall>(date)});
  for (auto [id, schedule] : set.changed_schedules) {
    schedule.version = set.versions.at(id);
    entry_of(schedule.concert).change(schedule);
  }
  rename_sections(set, *before);
  for (auto& [id, entry] : entries) {
    queues_.at(id)->change_concert(for_queue(entry));
    if (entry.concert.is_deleted)
      catalog_.drop(id, queues_.at(id));
    else
      catalog_.put(std::make_shared<const ConcertEntry>(std::move(entry)));
  }
}

}  // namespace frontrow

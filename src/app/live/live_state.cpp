#include "app/live/live_state.hpp"

#include <algorithm>

namespace frontrow {

namespace {

// A concert as gathered from rows, before its seat maps can be made.
struct Gathered {
  Concert concert;
  std::vector<Schedule> schedules;
};

struct Rows {
  std::map<ConcertId, Gathered> concerts;
  std::map<ScheduleId, std::vector<Section>> sections;
  std::map<ScheduleId, std::vector<Seat>> seats;
  std::vector<Seat> taken;
  std::map<ReservationId, Reservation> held;
};

std::shared_ptr<SeatMap> make_map(const Schedule& schedule, Rows& rows) {
  return std::make_shared<SeatMap>(schedule, std::move(rows.sections[schedule.id]), rows.seats[schedule.id]);
}

std::shared_ptr<SeatMap> make_stored_map(const Schedule& schedule, Rows& rows) {
  if (const auto why = why_no_map(schedule.id, rows.sections[schedule.id], rows.seats[schedule.id]))
    throw Unavailable{"store", "the seats of schedule " + std::to_string(schedule.id.value) + " cannot be shown: " + *why};
  return make_map(schedule, rows);
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
      .section = [&](const Section& section) { rows.sections[section.schedule].push_back(section); },
      .seat =
          [&](const Seat& seat) {
            rows.seats[seat.place.schedule].push_back(seat);
            if (seat.status != SeatStatus::available) rows.taken.push_back(seat);
          },
      .held_reservation = [&](const Reservation& reservation) { rows.held.emplace(reservation.id, reservation); },
      .queue = [&](const StoredQueue& queue) { queue_of(queue.concert).load_counters(queue.tail, queue.front); },
      .ticket = [&](ConcertId concert, const TicketRow& row) { queue_of(concert).load_ticket(row, now); },
      .completed_ticket = [&](ConcertId concert, TicketNumber number) { queue_of(concert).load_completed(number); },
  });
  std::set<std::pair<TimePoint, ReservationId>> deadlines;
  for (const auto& [id, reservation] : rows.held) {
    deadlines.emplace(reservation.expires_at, id);
    queue_of(reservation.concert).load_hold(reservation.ticket, id, reservation.expires_at);
  }
  std::unordered_map<ScheduleId, std::shared_ptr<SeatMap>> maps;
  for (const auto& [id, gathered] : rows.concerts)
    if (!gathered.concert.is_deleted)
      for (const Schedule& schedule : gathered.schedules) maps[schedule.id] = make_stored_map(schedule, rows);
  for (const Seat& seat : rows.taken) {
    if (!maps.contains(seat.place.schedule)) continue;  // a seat of a deleted concert is not shown
    const auto held = rows.held.find(seat.reservation);
    maps.at(seat.place.schedule)->load(seat, held == rows.held.end() ? UserId{} : held->second.user);
  }
  deadlines_.replace(std::move(deadlines));
  const auto known = catalog_.picture();
  for (auto& [id, gathered] : rows.concerts) {
    ConcertEntry dates{.concert = gathered.concert, .schedules = {}, .queue = {}};
    for (const Schedule& schedule : gathered.schedules) dates.schedules.push_back({.schedule = schedule, .seats = {}});
    queue_of(id).change_concert(for_queue(dates));
    queue_of(id).loaded();
    auto& queue = queues_[id];
    if (queue == nullptr)
      queue = queues.at(id);
    else
      queue->take_over(*queues.at(id));
    if (gathered.concert.is_deleted) {
      catalog_.drop(id);
      continue;
    }
    auto entry = std::make_shared<ConcertEntry>(ConcertEntry{.concert = gathered.concert, .schedules = {}, .queue = queue});
    for (const Schedule& schedule : gathered.schedules) {
      std::shared_ptr<SeatMap> map = maps.at(schedule.id);
      if (const auto in_use = known->schedules.find(schedule.id); in_use != known->schedules.end())
        in_use->second->take_over(*map), map = in_use->second;
      entry->add({.schedule = schedule, .seats = std::move(map)});
    }
    catalog_.put(std::move(entry));
  }
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
    if (SeatMap* map = picture->find(schedule)) map->apply(seats.changes, seats.version);
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
  Rows rows;
  for (const Section& section : set.new_sections) rows.sections[section.schedule].push_back(section);
  for (const Seat& seat : set.new_seats) rows.seats[seat.place.schedule].push_back(seat);
  const auto before = catalog_.picture();
  std::map<ConcertId, ConcertEntry> entries;
  const auto entry_of = [&](ConcertId id) -> ConcertEntry& {
    const auto [at, is_new] = entries.try_emplace(id);
    if (const ConcertEntry* known = before->find(id); is_new && known != nullptr) at->second = *known;
    return at->second;
  };
  for (const Concert& concert : set.new_concerts) {
    entry_of(concert.id).concert = concert;
    entry_of(concert.id).queue = queues_[concert.id] = std::make_shared<ConcertQueue>(concert, limits_, set.now, commits_);
  }
  for (const Concert& concert : set.changed_concerts) entry_of(concert.id).concert = concert;
  for (const Schedule& schedule : set.new_schedules)
    entry_of(schedule.concert).add({.schedule = schedule, .seats = make_map(schedule, rows)});
  for (auto [id, schedule] : set.changed_schedules) {
    schedule.version = set.versions.at(id);
    entry_of(schedule.concert).change(schedule);
  }
  rename_sections(set, *before);
  for (auto& [id, entry] : entries) {
    queues_.at(id)->change_concert(for_queue(entry));
    if (entry.concert.is_deleted)
      catalog_.drop(id);
    else
      catalog_.put(std::make_shared<const ConcertEntry>(std::move(entry)));
  }
}

}  // namespace frontrow

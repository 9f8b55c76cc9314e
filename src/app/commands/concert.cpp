#include "app/commands/concert.hpp"

#include <algorithm>

#include "app/commands/change_json.hpp"
#include "app/commands/new_dates.hpp"

namespace frontrow {

namespace {

std::int64_t& count(Keys& keys, IdKind kind) { return keys.new_ids[static_cast<std::size_t>(kind)]; }

void declare_schedules(Keys& keys, const std::vector<SchedulePlan>& plans) {
  count(keys, IdKind::schedule) += static_cast<std::int64_t>(plans.size());
  for (const SchedulePlan& plan : plans) {
    count(keys, IdKind::section) += static_cast<std::int64_t>(plan.sections.size());
    count(keys, IdKind::seat) += plan.seat_count();
  }
}

MadeSchedule make_schedule(WorkingSet& set, ConcertId concert, const SchedulePlan& plan) {
  MadeSchedule made{.schedule = {.id = {set.take_id(IdKind::schedule)}, .concert = concert, .starts_at = plan.starts_at}};
  set.new_schedules.push_back(made.schedule);
  for (const SectionPlan& section : plan.sections) {
    const SectionId id{set.take_id(IdKind::section)};
    set.new_sections.push_back({.id = id, .schedule = made.schedule.id, .name = section.name});
    for (std::int64_t at = 0; at < section.seat_count(); ++at) {
      SeatPlace place = place_of(section, at);
      place.id = {set.take_id(IdKind::seat)};
      place.schedule = made.schedule.id;
      place.section = id;
      if (made.seats++ == 0) made.first_seat = place.id;
      set.new_seats.push_back({.place = place, .price = section.price});
    }
  }
  return made;
}

MadeConcert make_schedules(WorkingSet& set, ConcertId concert, const std::vector<SchedulePlan>& plans,
                           const std::optional<Idempotent>& idempotent) {
  MadeConcert made{.id = concert, .schedules = {}, .first_schedule = {}, .schedule_count = static_cast<int>(plans.size())};
  for (const SchedulePlan& plan : plans) made.schedules.push_back(make_schedule(set, concert, plan));
  if (!made.schedules.empty()) made.first_schedule = made.schedules.front().schedule.id;
  remember(set, idempotent, made);
  return made;
}

}  // namespace

CreateConcert::CreateConcert(ConcertPlan plan, std::optional<Idempotent> idempotent, Done done)
    : CommandOf(std::move(done)), plan_(std::move(plan)), idempotent_(std::move(idempotent)) {}

void CreateConcert::declare(Keys& keys) const {
  ++count(keys, IdKind::concert);
  declare_schedules(keys, plan_.schedules);
  if (idempotent_) keys.idempotency.push_back(idempotent_->key);
}

Verdict CreateConcert::decide(WorkingSet& set) {
  const auto replay = find_replay(set, idempotent_);
  if (!replay) return decided(std::unexpected(replay.error()));
  if (*replay != nullptr) return decided(replayed(**replay));
  if (auto refusal = refuse_new_concert(plan_, set.now)) return decided(std::unexpected(std::move(*refusal)));
  Concert concert = concert_of(plan_);
  const ConcertId id = concert.id = {set.take_id(IdKind::concert)};
  CHECK(id <= kMaxConcertId);
  std::string made = changes_of_making(concert, plan_.schedules.size(), seats_of(plan_.schedules));
  set.add_concert(std::move(concert), std::move(made));
  return decided(make_schedules(set, id, plan_.schedules, idempotent_));
}

AddSchedules::AddSchedules(ConcertId concert, std::vector<SchedulePlan> plans, std::optional<Idempotent> idempotent, Done done)
    : CommandOf(std::move(done)), concert_(concert), plans_(std::move(plans)), idempotent_(std::move(idempotent)) {}

void AddSchedules::declare(Keys& keys) const {
  keys.changed_concerts.push_back(concert_);
  declare_schedules(keys, plans_);
  if (idempotent_) keys.idempotency.push_back(idempotent_->key);
}

Verdict AddSchedules::decide(WorkingSet& set) {
  const auto replay = find_replay(set, idempotent_);
  if (!replay) return decided(std::unexpected(replay.error()));
  if (*replay != nullptr) return decided(replayed(**replay));
  if (auto refusal = refuse_more_dates(set, concert_, plans_)) return decided(std::unexpected(std::move(*refusal)));
  const std::size_t before = set.dates_of(concert_).size();
  MadeConcert made = make_schedules(set, concert_, plans_, idempotent_);
  set.add_dates(concert_, made.first_schedule, changes_of_dates(before, before + plans_.size()));
  return decided(std::move(made));
}

PatchConcert::PatchConcert(ConcertId concert, ConcertPatch patch, Done done)
    : CommandOf(std::move(done)), concert_(concert), patch_(std::move(patch)) {}

void PatchConcert::declare(Keys& keys) const { keys.changed_concerts.push_back(concert_); }

Verdict PatchConcert::decide(WorkingSet& set) {
  const Concert* stored = set.concert(concert_);
  if (stored == nullptr) return decided(refuse(ErrorCode::concert_not_found));
  Concert next = *stored;
  if (patch_.title) next.title = *patch_.title;
  if (patch_.artist) next.artist = *patch_.artist;
  if (patch_.venue) next.venue = *patch_.venue;
  if (patch_.opens_at) next.booking.opens_at = *patch_.opens_at;
  if (patch_.closes_at) next.booking.closes_at = *patch_.closes_at;
  if (patch_.queue) next.queue = *patch_.queue;
  next.queue.wants_pass = patch_.wants_pass.value_or(stored->queue.wants_pass);
  if (patch_.time_zone) next.time_zone = *patch_.time_zone;
  if (patch_.sales_end_offset) next.sales_end_offset = *patch_.sales_end_offset;
  // A stored opening is not checked again: the dates may be over, and the title can still be changed.
  const bool asks_for_opening = patch_.opens_at || patch_.sales_end_offset;
  const auto last = asks_for_opening ? last_start(set.dates_of(concert_)) : std::nullopt;
  if (auto refusal = refuse_booking(next, last)) return decided(std::unexpected(std::move(*refusal)));
  if (next != *stored) set.add_change(next, changes_between(*stored, next));
  return decided(Concert{*set.concert(concert_)});
}

DeleteConcert::DeleteConcert(ConcertId concert, Done done) : CommandOf(std::move(done)), concert_(concert) {}

void DeleteConcert::declare(Keys& keys) const {
  keys.changed_concerts.push_back(concert_);
  keys.sales_of.push_back(concert_);
}

Verdict DeleteConcert::decide(WorkingSet& set) {
  const Concert* stored = set.concert(concert_);
  if (stored == nullptr) return decided(refuse(ErrorCode::concert_not_found));
  if (set.has_sales(concert_)) return decided(refuse(ErrorCode::concert_has_sales));
  Concert next = *stored;
  next.is_deleted = true;
  set.add_change(next, changes_between(*stored, next));
  return decided(Nothing{});
}

}  // namespace frontrow

#include "app/commands/schedule.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "app/commands/change_json.hpp"

namespace frontrow {

namespace {

Result<const Schedule*> find_schedule(const WorkingSet& set, ConcertId concert, ScheduleId id) {
  if (set.concert(concert) == nullptr) return refuse(ErrorCode::concert_not_found);
  const Schedule* schedule = set.schedule(id);
  if (schedule == nullptr || schedule->concert != concert) return refuse(ErrorCode::schedule_not_found);
  return schedule;
}

std::optional<Refusal> refuse_move(const WorkingSet& set, const Concert& concert, const Schedule& moved) {
  Refusal refusal{.code = ErrorCode::validation_failed};
  check_start(concert, moved.starts_at, set.now, "startsAt", refusal.errors);
  TimePoint last = moved.starts_at;
  for (const Schedule& date : set.dates_of(concert.id))
    if (date.id != moved.id) last = std::max(last, date.starts_at);
  std::vector<FieldError> opening;
  check_opening(concert, last, opening);
  if (!opening.empty())
    refusal.errors.push_back({"startsAt", "must be so late that booking opens before the sale of the last date ends"});
  if (refusal.errors.empty()) return {};
  return refusal;
}

std::string name_of(const std::vector<Section>& sections, SectionId id) {
  const auto found = std::ranges::find(sections, id, &Section::id);
  return found == sections.end() ? std::string{} : found->name;
}

}  // namespace

PatchSchedule::PatchSchedule(ConcertId concert, ScheduleId schedule, const SchedulePatch& patch, Done done)
    : CommandOf(std::move(done)), concert_(concert), schedule_(schedule), patch_(patch) {}

void PatchSchedule::declare(Keys& keys) const {
  keys.changed_concerts.push_back(concert_);
  keys.schedules.push_back(schedule_);
}

Verdict PatchSchedule::decide(WorkingSet& set) {
  const auto found = find_schedule(set, concert_, schedule_);
  if (!found) return decided(std::unexpected(found.error()));
  Schedule next = **found;
  next.starts_at = patch_.starts_at.value_or(next.starts_at);
  const TimePoint before = (*found)->starts_at;
  if (next.starts_at == before) return decided(next);
  if (auto refusal = refuse_move(set, *set.concert(concert_), next)) return decided(std::unexpected(std::move(*refusal)));
  set.change_schedule(next);
  set.add_change(concert_, schedule_, changes_of_start(before, next.starts_at));
  return decided(next);
}

RepriceSeats::RepriceSeats(ConcertId concert, ScheduleId schedule, std::vector<SeatPrice> prices, Reprice how, Done done)
    : CommandOf(std::move(done)), concert_(concert), schedule_(schedule), prices_(std::move(prices)), how_(how) {}

void RepriceSeats::declare(Keys& keys) const {
  keys.changed_concerts.push_back(concert_);
  keys.schedules.push_back(schedule_);
  keys.sections_of.push_back(schedule_);
  for (const SeatPrice& price : prices_) keys.seat_rows.push_back(price.seat);
}

Verdict RepriceSeats::decide(WorkingSet& set) {
  const auto found = find_schedule(set, concert_, schedule_);
  if (!found) return decided(std::unexpected(found.error()));
  for (const SeatPrice& price : prices_) {
    const SeatRecord* record = set.seat(price.seat);
    if (record == nullptr || record->seat.place.schedule != schedule_) return decided(refuse(ErrorCode::seat_not_found));
  }
  const Repriced repriced = count(set);
  if (how_ == Reprice::only_look || repriced.changed == 0) return decided(repriced);
  for (const SeatPrice& price : prices_)
    if (set.seat(price.seat)->seat.price != price.price) set.change_seat(price.seat).price = price.price;
  set.add_change(concert_, schedule_, changes_of_prices(repriced.lines));
  return decided(repriced);
}

// By section in the order of their making, then by price.
Repriced RepriceSeats::count(const WorkingSet& set) const {
  Repriced repriced{.seats = static_cast<std::int64_t>(prices_.size())};
  std::map<std::tuple<SectionId, Points, Points>, PriceChange> lines;
  for (const SeatPrice& price : prices_) {
    const Seat& seat = set.seat(price.seat)->seat;
    if (seat.price == price.price) continue;
    ++repriced.changed;
    PriceChange& line = lines[{seat.place.section, seat.price, price.price}];
    ++line.seats;
    if (!seat.is_free(set.now)) ++(seat.status == SeatStatus::sold ? line.sold : line.held);
  }
  const std::vector<Section>& sections = set.sections.at(schedule_);
  for (auto& [key, line] : lines) {
    std::tie(std::ignore, line.from, line.to) = key;
    line.section = name_of(sections, std::get<SectionId>(key));
    repriced.lines.push_back(std::move(line));
  }
  return repriced;
}

RenameSection::RenameSection(ConcertId concert, ScheduleId schedule, SectionName names, Done done)
    : CommandOf(std::move(done)), concert_(concert), schedule_(schedule), names_(std::move(names)) {}

void RenameSection::declare(Keys& keys) const {
  keys.changed_concerts.push_back(concert_);
  keys.schedules.push_back(schedule_);
  keys.sections_of.push_back(schedule_);
}

Verdict RenameSection::decide(WorkingSet& set) {
  const auto found = find_schedule(set, concert_, schedule_);
  if (!found) return decided(std::unexpected(found.error()));
  const std::vector<Section>& sections = set.sections.at(schedule_);
  const auto section = std::ranges::find(sections, names_.section, &Section::name);
  Refusal refusal{.code = ErrorCode::validation_failed};
  if (section == sections.end())
    refusal.errors.push_back({"section", "is no section of this schedule"});
  else if (names_.name != names_.section && std::ranges::find(sections, names_.name, &Section::name) != sections.end())
    refusal.errors.push_back({"name", "is the name of another section"});
  if (!refusal.errors.empty()) return decided(std::unexpected(std::move(refusal)));
  if (names_.name == names_.section) return decided(Nothing{});
  set.rename_section(section->id, schedule_, names_.name);
  set.add_change(concert_, schedule_, changes_of_section(names_.section, names_.name));
  return decided(Nothing{});
}

}  // namespace frontrow

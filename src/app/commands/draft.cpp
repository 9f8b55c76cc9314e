#include "app/commands/draft.hpp"

#include <algorithm>

#include "app/commands/change_json.hpp"
#include "app/commands/new_dates.hpp"

namespace frontrow {

namespace {

constexpr Refusal given_up() { return {.code = ErrorCode::store_unavailable, .retry_after = std::chrono::seconds{1}}; }

std::int64_t& count(Keys& keys, IdKind kind) { return keys.new_ids[static_cast<std::size_t>(kind)]; }

bool can_go_on(const WorkingSet& set, ConcertId id) {
  const Draft* draft = set.draft(id);
  return draft != nullptr && !draft->is_going;
}

std::optional<Refusal> refuse_new(const WorkingSet& set, const NewDates& dates) {
  if (!dates.concert) return refuse_more_dates(set, dates.added_to, dates.schedules);
  ConcertPlan plan = *dates.concert;
  plan.schedules = dates.schedules;
  return refuse_new_concert(plan, set.now);
}

// The dates' own concert. It becomes the new one, or goes when its dates have moved.
Concert hidden_concert(const WorkingSet& set, const NewDates& dates, ConcertId id) {
  Concert concert = dates.concert ? concert_of(*dates.concert) : *set.concert(dates.added_to);
  concert.id = id;
  concert.version = 0;
  concert.is_deleted = true;
  return concert;
}

// All ids are taken at once, so they are consecutive.
std::int64_t take_ids(WorkingSet& set, IdKind kind, std::int64_t count) {
  std::int64_t first = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t id = set.take_id(kind);
    if (i == 0) first = id;
  }
  return first;
}

}  // namespace

std::int64_t NewDates::seat_count() const { return seats_of(schedules); }

void BeginDraft::declare(Keys& keys) const {
  ++count(keys, IdKind::concert);
  if (dates_->added_to) keys.changed_concerts.push_back(dates_->added_to);
  count(keys, IdKind::schedule) += std::ssize(dates_->schedules);
  for (const SchedulePlan& date : dates_->schedules) count(keys, IdKind::section) += std::ssize(date.sections);
  count(keys, IdKind::seat) += dates_->seat_count();
  if (dates_->idempotent) keys.idempotency.push_back(dates_->idempotent->key);
}

Verdict BeginDraft::decide(WorkingSet& set) {
  const auto replay = find_replay(set, dates_->idempotent);
  if (!replay) return decided(std::unexpected(replay.error()));
  if (*replay != nullptr) return decided(BegunDraft{.made = replayed(**replay), .first_sections = {}, .is_replay = true});
  if (auto refusal = refuse_new(set, *dates_)) return decided(std::unexpected(std::move(*refusal)));
  const ConcertId id{set.take_id(IdKind::concert)};
  CHECK(id <= kMaxConcertId);
  set.new_concerts.push_back(hidden_concert(set, *dates_, id));
  set.new_drafts.push_back({.concert = id, .begun_at = set.now});
  BegunDraft begun{.made = {.id = id, .schedules = {}, .first_schedule = {}, .schedule_count = 0}, .first_sections = {}};
  for (const SchedulePlan& plan : dates_->schedules) {
    const std::int64_t seats = plan.seat_count();
    MadeSchedule made{.schedule = {.id = {set.take_id(IdKind::schedule)}, .concert = id, .starts_at = plan.starts_at},
                      .seats = seats};
    made.first_seat = made.schedule.first_seat = {take_ids(set, IdKind::seat, seats)};
    begun.first_sections.push_back({take_ids(set, IdKind::section, std::ssize(plan.sections))});
    set.new_schedules.push_back(made.schedule);
    begun.made.schedules.push_back(made);
  }
  begun.made.schedule_count = static_cast<int>(begun.made.schedules.size());
  begun.made.first_schedule = begun.made.schedules.front().schedule.id;
  return decided(std::move(begun));
}

SeatSlice slice_of(const NewDates& dates, const BegunDraft& begun, std::int64_t from, std::int64_t most) {
  SeatSlice slice{.draft = begun.made.id, .sections = {}, .seats = {}};
  const std::int64_t end = from + most;
  std::int64_t at = 0;  // of the section's first seat, over all dates
  for (std::size_t date = 0; date < dates.schedules.size() && at < end; ++date) {
    const MadeSchedule& made = begun.made.schedules[date];
    const std::int64_t first_of_date = at;
    SectionId id = begun.first_sections[date];
    for (const SectionPlan& section : dates.schedules[date].sections) {
      const std::int64_t seats = section.seat_count();
      if (at >= from && at < end) slice.sections.push_back({.id = id, .schedule = made.schedule.id, .name = section.name});
      for (std::int64_t seat = std::max<std::int64_t>(from - at, 0); seat < std::min(seats, end - at); ++seat) {
        SeatPlace place = place_of(section, seat);
        place.id = {made.first_seat.value + at - first_of_date + seat};
        place.schedule = made.schedule.id;
        place.section = id;
        slice.seats.push_back({.place = place, .price = section.price});
      }
      at += seats;
      ++id.value;
    }
  }
  return slice;
}

void GrowDraft::declare(Keys& keys) const {
  keys.changed_concerts.push_back(slice_.draft);
  keys.drafts.push_back(slice_.draft);
}

Verdict GrowDraft::decide(WorkingSet& set) {
  if (!can_go_on(set, slice_.draft)) return decided(std::unexpected(given_up()));
  set.new_sections.insert(set.new_sections.end(), slice_.sections.begin(), slice_.sections.end());
  set.new_seats.insert(set.new_seats.end(), slice_.seats.begin(), slice_.seats.end());
  return decided(Nothing{});
}

void FinishDraft::declare(Keys& keys) const {
  keys.changed_concerts.push_back(made_.id);
  keys.drafts.push_back(made_.id);
  if (dates_->added_to) keys.changed_concerts.push_back(dates_->added_to);
  if (dates_->idempotent) keys.idempotency.push_back(dates_->idempotent->key);
}

Verdict FinishDraft::decide(WorkingSet& set) {
  const auto replay = find_replay(set, dates_->idempotent);
  if (!replay) return decided(std::unexpected(replay.error()));
  if (*replay != nullptr) return decided(replayed(**replay));
  std::vector<Schedule> dates = set.dates_of(made_.id);
  std::ranges::sort(dates, {}, &Schedule::id);
  std::int64_t seats = 0;
  for (Schedule& date : dates) seats += date.available_seats = date.seat_count;
  if (!can_go_on(set, made_.id) || seats != dates_->seat_count()) return decided(std::unexpected(given_up()));
  if (auto refusal = refuse_new(set, *dates_)) return decided(std::unexpected(std::move(*refusal)));
  MadeConcert made = made_;
  if (dates_->concert) {
    Concert concert = concert_of(*dates_->concert);
    concert.id = made.id;
    std::string changes = changes_of_making(concert, dates.size(), seats);
    set.add_concert(std::move(concert), std::move(changes));
  } else {
    made.id = dates_->added_to;
    const std::size_t before = set.dates_of(made.id).size();
    set.add_dates(made.id, made.first_schedule, changes_of_dates(before, before + dates.size()));
  }
  set.finish_draft(made_.id, made.id, dates);
  for (MadeSchedule& date : made.schedules) date.schedule.concert = made.id;
  remember(set, dates_->idempotent, made);
  return decided(std::move(made));
}

namespace {

// The command that makes the deed.
void submit_for(const NewDates& dates, Commits& commits, std::unique_ptr<Command> command) {
  command->actor = dates.by;
  command->traceparent = dates.traceparent;
  commits.submit(std::move(command), CommandClass::settle);
}

// One hall on its way; each step's completion submits the next one.
class Making : public std::enable_shared_from_this<Making> {
 public:
  Making(Commits& commits, NewDates dates, DatesMade done)
      : commits_(commits), dates_(std::make_shared<const NewDates>(std::move(dates))), done_(std::move(done)) {}

  void begin() {
    submit<BeginDraft>(
        [](Making& self, BegunDraft begun) {
          if (begun.is_replay) return self.done_(std::move(begun.made));
          self.begun_ = std::move(begun);
          self.grow();
        },
        dates_);
  }

 private:
  void grow() {
    SeatSlice slice = slice_of(*dates_, begun_, seats_, kSeatsACommit);
    if (slice.seats.empty()) return finish();
    seats_ += std::ssize(slice.seats);
    submit<GrowDraft>([](Making& self, Nothing) { self.grow(); }, std::move(slice));
  }

  void finish() {
    submit_for(*dates_,
               commits_,
               std::make_unique<FinishDraft>(
                   dates_, begun_.made, [self = shared_from_this()](Result<MadeConcert> made) { self->done_(std::move(made)); }));
  }

  // Before the last step nothing is seen, whatever became of the one that failed.
  template <class Step, class Next, class... Args>
  void submit(Next next, Args... args) {
    auto done = [self = shared_from_this(), next](Result<typename Step::OutcomeType> outcome) {
      if (outcome) return next(*self, std::move(*outcome));
      if (outcome.error().code == ErrorCode::outcome_unknown) return self->done_(std::unexpected(given_up()));
      self->done_(std::unexpected(std::move(outcome.error())));
    };
    commits_.submit(std::make_unique<Step>(std::move(args)..., std::move(done)), CommandClass::settle);
  }

  Commits& commits_;
  const std::shared_ptr<const NewDates> dates_;
  DatesMade done_;
  BegunDraft begun_;
  std::int64_t seats_ = 0;
};

}  // namespace

void make_dates(Commits& commits, NewDates dates, DatesMade done) {
  if (dates.seat_count() > kSeatsACommit) return std::make_shared<Making>(commits, std::move(dates), std::move(done))->begin();
  if (!dates.concert)
    return submit_for(
        dates,
        commits,
        std::make_unique<AddSchedules>(dates.added_to, std::move(dates.schedules), std::move(dates.idempotent), std::move(done)));
  dates.concert->schedules = std::move(dates.schedules);
  submit_for(
      dates, commits, std::make_unique<CreateConcert>(std::move(*dates.concert), std::move(dates.idempotent), std::move(done)));
}

}  // namespace frontrow

// Many seats are made in slices: the hall is begun without seats, below a concert that is not shown; then come its seats, a few
// thousand a commit, and other commands' commits between them; the last commit shows all dates of the request at once. Each step is
// an ordinary command, and the next one is submitted when it has been committed.
//
// A step that fails ends the making, and nothing of it is ever seen: the store deletes the rest after a while (KeptSince::drafts).
// A request with the key of one that is still being made makes a hall of its own, and the first to finish is the answer for both.
#pragma once

#include "app/commands/concert.hpp"
#include "app/commit/commits.hpp"

namespace frontrow {

inline constexpr std::int64_t kSeatsACommit = 4'096;

// A new concert with its dates, or more dates for one. The caller has checked the plans.
struct NewDates {
  std::optional<ConcertPlan> concert;  // without its schedules
  ConcertId added_to;                  // if there is none
  std::vector<SchedulePlan> schedules;
  std::optional<Idempotent> idempotent;
  Actor by = {};                 // of the deed
  std::string traceparent = {};  // of the event

  std::int64_t seat_count() const;
};
using DatesMade = CommandOf<MadeConcert>::Done;

// Makes them in one commit, or in slices of kSeatsACommit seats. Any thread; `done` is called once, on the writer's mostly. Refuses
// as CreateConcert and AddSchedules do, and STORE_UNAVAILABLE when the making has stopped on the way: then nothing was made.
void make_dates(Commits& commits, NewDates dates, DatesMade done);

struct BegunDraft {
  MadeConcert made;                       // the concert in `made` is the draft's own
  std::vector<SectionId> first_sections;  // of each date; their ids are consecutive
  bool is_replay = false;
};

// The rows of the dates, without a seat, below a concert that is not shown. Refuses as the whole request does.
class BeginDraft final : public CommandOf<BegunDraft> {
 public:
  BeginDraft(std::shared_ptr<const NewDates> dates, Done done) : CommandOf(std::move(done)), dates_(std::move(dates)) {}
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<const NewDates> dates_;
};

// The next seats, and the sections that begin with one of them.
struct SeatSlice {
  ConcertId draft;
  std::vector<Section> sections;
  std::vector<Seat> seats;
};
// The seats from number `from` on, counted over all dates. Empty after the last one.
SeatSlice slice_of(const NewDates& dates, const BegunDraft& begun, std::int64_t from, std::int64_t most);

// Refuses STORE_UNAVAILABLE when the draft has been given up.
class GrowDraft final : public CommandOf<Nothing> {
 public:
  GrowDraft(SeatSlice slice, Done done) : CommandOf(std::move(done)), slice_(std::move(slice)) {}
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const SeatSlice slice_;
};

// Decides again what was decided when the draft was begun, and shows it.
class FinishDraft final : public CommandOf<MadeConcert> {
 public:
  FinishDraft(std::shared_ptr<const NewDates> dates, MadeConcert made, Done done)
      : CommandOf(std::move(done)), dates_(std::move(dates)), made_(std::move(made)) {}
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<const NewDates> dates_;
  const MadeConcert made_;  // as begun
};

}  // namespace frontrow

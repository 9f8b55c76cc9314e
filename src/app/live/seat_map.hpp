// The seats of one schedule as buyers see them, in memory: which are free, held or sold *now*, and what each costs whoever takes
// it. The writer applies what it has committed; readers never wait for a commit, only for a moment's lock.
//
// A hold past its deadline is shown AVAILABLE even before anything has ended it ("lapsed"). What is shown is therefore a function
// of (version, number of lapsed seats): the deadlines of one version are fixed and lapse in order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

// Why rows that were read cannot be made a map, for the log; nothing: they can. There must be seats, with consecutive ids and in
// order of id, all of this schedule, and each in one of the sections, which are in order of id, too.
std::optional<std::string> why_no_map(ScheduleId schedule, std::span<const Section> sections, std::span<const Seat> seats);

class SeatMap {
 public:
  // Of rows that `why_no_map` has nothing against. All start available; `load` sets the others before the map is shared.
  SeatMap(const Schedule& schedule, std::vector<Section> sections, std::span<const Seat> seats);
  void load(const Seat& seat, UserId holder);

  ScheduleId schedule() const { return schedule_; }
  ConcertId concert() const { return concert_; }
  // By id. They have the same ids for ever, and may get other names.
  using Sections = std::shared_ptr<const std::vector<Section>>;
  Sections sections() const;
  std::int64_t sections_version() const;
  const std::vector<SeatPlace>& places() const { return places_; }
  // Null for a seat of another schedule.
  const SeatPlace* place(SeatId id) const;

  // writer:
  struct Change {
    Seat seat;
    UserId holder;  // of a held or sold seat; none: not known, or as it was while the hold is the same
  };
  // What the commit that made `version` has changed. Versions may come in any order: a seat only takes a newer one.
  void apply(std::span<const Change> changes, std::int64_t version);
  // The same from elsewhere: all changes up to `version` are in it, each seat with the version that made it.
  void merge(std::span<const Change> changes, std::span<const std::int64_t> versions, std::int64_t version);
  // The names of the sections since `version`; older ones change nothing. Every reader of changes starts anew.
  void rename(std::vector<Section> sections, std::int64_t version);
  // Shows what `fresh`, a newly loaded map of the same schedule, shows; every reader of changes starts anew.
  void take_over(SeatMap& fresh);

  // readers, any thread. Not const: time passes for them too, a lapse is noticed by whoever looks first:
  struct Stamp {
    std::int64_t version = 0;
    std::int64_t lapsed = 0;
    std::int64_t available = 0;
    // 0 where one writer makes all versions:
    std::int64_t late = 0;   // changes that came after a newer version was shown
    std::int64_t ahead = 0;  // of `version`, from the last one up to which no change is missing
    std::int64_t complete() const { return version - ahead; }
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  Stamp stamp(TimePoint now);

  struct Shown {
    std::uint32_t index;  // into places()
    SeatStatus status;
    Points price;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  // Where a reader of changes has got to. The default has seen nothing.
  struct Cursor {
    std::uint64_t seen = 0;
    bool is_new = true;
  };
  // Appends what is shown differently since `cursor` (a seat may come twice, the last counts), or every seat, and moves it.
  Stamp read(TimePoint now, Cursor& cursor, std::vector<Shown>& out);

  struct Since {
    Stamp stamp;
    std::int64_t version = 0;  // to ask with next: all changes up to it have been told, perhaps later ones too
    bool is_full = false;      // the log does not reach back that far: these are all seats
    std::vector<Shown> seats;
  };
  // Each changed seat once, by index. A version that this map is going to reach, up to `may_lag` ahead, changes nothing: whoever
  // has it has seen more than is known here. Refuses VALIDATION_FAILED beyond that.
  Result<Since> since(std::int64_t version, TimePoint now, std::int64_t may_lag = 0);

  // Those of `seats` that certainly cannot be had by `user` now: sold, or held by another for at least `margin` more. A hint.
  std::vector<SeatId> surely_taken(std::span<const SeatId> seats, UserId user, TimePoint now, Duration margin) const;

  // Does the user hold one of them, as far as memory knows?
  bool is_held_by(UserId user, std::span<const SeatId> seats) const;

 private:
  struct Cell {
    SeatStatus status = SeatStatus::available;
    bool has_lapsed = false;
    TimePoint held_until{};
    UserId holder{};
    Points price{};
    std::int64_t version = 0;  // that made it so; 0: it was so when loaded
  };
  struct Logged {
    std::int64_t version;
    std::uint32_t index;
  };
  using Deadline = std::pair<TimePoint, std::uint32_t>;

  std::uint32_t index_of(SeatId id) const { return static_cast<std::uint32_t>(id.value - places_.front().id.value); }
  SeatStatus status(std::uint32_t index) const REQUIRES(mutex_);
  Shown shown(std::uint32_t index) const REQUIRES(mutex_) { return {index, status(index), cells_[index].price}; }
  void set(std::uint32_t index, const Seat& seat, UserId holder) REQUIRES(mutex_);
  void lapse(TimePoint now) REQUIRES(mutex_);
  Stamp current_stamp() const REQUIRES(mutex_) { return {version_, lapsed_, available_, late_, version_ - complete_}; }
  void reach(std::int64_t version) REQUIRES(mutex_);
  void change(const Change& change, std::int64_t version) REQUIRES(mutex_);
  void shorten_log() REQUIRES(mutex_);
  void forget_log() REQUIRES(mutex_);

  const ScheduleId schedule_;
  const ConcertId concert_;
  const std::vector<SeatPlace> places_;

  mutable Mutex mutex_;
  Sections sections_ GUARDED_BY(mutex_);
  std::int64_t sections_version_ GUARDED_BY(mutex_);
  std::vector<Cell> cells_ GUARDED_BY(mutex_);
  // Entries of seats that are no longer held are skipped.
  std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> deadlines_ GUARDED_BY(mutex_);
  std::deque<Logged> log_ GUARDED_BY(mutex_);       // by version; a lapse is logged under the version that will settle it
  std::uint64_t log_start_ GUARDED_BY(mutex_) = 0;  // how many entries were dropped from the front
  std::int64_t lapsed_ GUARDED_BY(mutex_) = 0;
  std::int64_t available_ GUARDED_BY(mutex_) = 0;
  std::int64_t late_ GUARDED_BY(mutex_) = 0;
  std::int64_t version_ GUARDED_BY(mutex_);
  std::int64_t complete_ GUARDED_BY(mutex_);         // all changes up to it are in
  std::set<std::int64_t> early_ GUARDED_BY(mutex_);  // later versions that are in, while one before them is not
  std::int64_t log_reaches_ GUARDED_BY(mutex_) = 0;  // changes after this version are all in the log
};

}  // namespace frontrow

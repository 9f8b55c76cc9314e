// The seats of one schedule as buyers see them, in memory: which are free, held or sold *now*, and at which price. The
// writer applies its commits; readers never wait for a commit, only for a short lock.
//
// A hold past its deadline is shown AVAILABLE even before it has been ended ("lapsed"). So the shown picture is a
// function of (version, number of lapsed seats): the deadlines of one version are fixed and lapse in order.
#pragma once

#include <atomic>
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
#include "base/unique_number.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

// The reason why these rows cannot become a map, for the log; nothing if they can. There must be seats, with
// consecutive ids and in order of id, all of this schedule, each in one of the sections; the sections are in order of
// id, too.
std::optional<std::string> why_no_map(ScheduleId schedule, std::span<const Section> sections, std::span<const Seat> seats);

class SeatMap {
 public:
  // From rows without a `why_no_map`. All seats start available; `load` sets the others before the map is shared.
  SeatMap(const Schedule& schedule, std::vector<Section> sections, std::span<const Seat> seats);
  void load(const Seat& seat, UserId holder);

  ScheduleId schedule() const { return schedule_; }
  ConcertId concert() const { return concert_; }
  // No other map has it, nor ever will.
  std::uint64_t number() const { return number_; }
  // By id. The ids never change; the names may.
  using Sections = std::shared_ptr<const std::vector<Section>>;
  Sections sections() const;
  std::int64_t sections_version() const;
  const std::vector<SeatPlace>& places() const { return places_; }
  // Null for a seat of another schedule.
  const SeatPlace* place(SeatId id) const;

  // writer:
  struct Change {
    Seat seat;
    UserId holder;  // of a held or sold seat; none: unknown, or unchanged while the hold is the same
  };
  // Applies the changes of the commit that made `version`. Versions may come in any order: a seat takes only a newer
  // one.
  void apply(std::span<const Change> changes, std::int64_t version);
  // Applies changes from other pods: all changes up to `version` are in them, each seat with the version that made it.
  void merge(std::span<const Change> changes, std::span<const std::int64_t> versions, std::int64_t version);
  // Takes the names of the sections since `version`; older names change nothing. Every reader of changes starts anew.
  void rename(std::vector<Section> sections, std::int64_t version);

  // What is made from the map, lives as long as the map does, and counts with it: its renderings.
  class Companion {
   public:
    virtual ~Companion() = default;
    virtual std::size_t bytes() const = 0;
    // Drops what nobody has asked for since `then`.
    virtual void forget(TimePoint then) = 0;
  };
  // The one companion: made by the first call.
  template <class Made, class... Args>
  Made& companion(const Args&... args) {
    const MutexLock lock(companion_mutex_);
    if (companion_ == nullptr) companion_ = std::make_unique<Made>(*this, args...);
    return static_cast<Made&>(*companion_);
  }
  void forget_renderings(TimePoint then);
  // Of memory, the companion's included; about.
  std::size_t bytes() const;

  // For readers, on any thread. Not const: the first reader after a deadline notes the lapse.
  struct Stamp {
    std::int64_t version = 0;
    std::int64_t lapsed = 0;
    std::int64_t available = 0;
    // Both are 0 if one writer makes all versions.
    std::int64_t late = 0;   // changes that came after a newer version was shown
    std::int64_t ahead = 0;  // distance of `version` from the last version up to which no change is missing
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
  // The position of a reader of changes. A new cursor has seen nothing.
  struct Cursor {
    std::uint64_t seen = 0;
    bool is_new = true;
    std::uint64_t changes = 0;
    TimePoint next_lapse{};
  };
  // Appends the changes since `cursor` (a seat may come twice, the last counts), or every seat, and moves the cursor.
  Stamp read(TimePoint now, Cursor& cursor, std::vector<Shown>& out);
  // False if a read from there might find anything new, or another stamp. Takes no lock.
  bool is_current(const Cursor& cursor, TimePoint now) const {
    return changes_.load(std::memory_order_acquire) == cursor.changes && now < cursor.next_lapse;
  }

  struct Since {
    Stamp stamp;
    std::int64_t version = 0;  // for the next call: the reader has all changes up to it, perhaps later ones too
    bool is_full = false;      // the log does not reach back that far: all seats are to be shown, and none is in here
    std::vector<Shown> seats;
  };
  // Each changed seat once, by index. If `version` is up to `may_lag` above this map's, the answer is "no change": the
  // reader has seen more than this pod knows. Above that, refuses VALIDATION_FAILED.
  Result<Since> since(std::int64_t version, TimePoint now, std::int64_t may_lag = 0);

  // The members of `seats` that `user` certainly cannot get now: sold, or held by another user for at least `margin`
  // more. A hint.
  std::vector<SeatId> surely_taken(std::span<const SeatId> seats, UserId user, TimePoint now, Duration margin) const;

  // True if the user holds one of them, as far as memory knows.
  bool is_held_by(UserId user, std::span<const SeatId> seats) const;

 private:
  struct Cell {
    SeatStatus status = SeatStatus::available;
    bool has_lapsed = false;
    TimePoint held_until{};
    UserId holder{};
    Points price{};
    std::int64_t version = 0;  // the version that made it so; that of the loaded rows at first, since they have all up to it
  };
  struct Logged {
    std::int64_t version;
    std::uint32_t index;
  };
  using Lapse = std::pair<TimePoint, std::uint32_t>;

  std::uint32_t index_of(SeatId id) const { return static_cast<std::uint32_t>(id.value - places_.front().id.value); }
  SeatStatus status(std::uint32_t index) const REQUIRES(mutex_);
  Shown shown(std::uint32_t index) const REQUIRES(mutex_) { return {index, status(index), cells_[index].price}; }
  void set(std::uint32_t index, const Seat& seat, UserId holder) REQUIRES(mutex_);
  void lapse(TimePoint now) REQUIRES(mutex_);
  Stamp current_stamp() const REQUIRES(mutex_) { return {version_, lapsed_, available_, late_, version_ - complete_}; }
  void reach(std::int64_t version) REQUIRES(mutex_);
  void change(const Change& change, std::int64_t version) REQUIRES(mutex_);
  void has_changed() REQUIRES(mutex_) { changes_.fetch_add(1, std::memory_order_release); }
  void shorten_log() REQUIRES(mutex_);
  void forget_log() REQUIRES(mutex_);

  const ScheduleId schedule_;
  const ConcertId concert_;
  const std::vector<SeatPlace> places_;
  const std::uint64_t number_ = unique_number();
  mutable Mutex companion_mutex_;
  std::unique_ptr<Companion> companion_ GUARDED_BY(companion_mutex_);

  std::atomic<std::uint64_t> changes_{0};  // changed under the lock
  mutable Mutex mutex_;
  Sections sections_ GUARDED_BY(mutex_);
  std::int64_t sections_version_ GUARDED_BY(mutex_);
  std::vector<Cell> cells_ GUARDED_BY(mutex_);
  // Entries of seats that are no longer held are skipped.
  std::priority_queue<Lapse, std::vector<Lapse>, std::greater<>> deadlines_ GUARDED_BY(mutex_);
  std::deque<Logged> log_ GUARDED_BY(mutex_);       // by version; a lapse is logged under the version that will record it
  std::uint64_t log_start_ GUARDED_BY(mutex_) = 0;  // how many entries were dropped from the front
  std::int64_t lapsed_ GUARDED_BY(mutex_) = 0;
  std::int64_t available_ GUARDED_BY(mutex_) = 0;
  std::int64_t late_ GUARDED_BY(mutex_) = 0;
  std::int64_t version_ GUARDED_BY(mutex_);
  std::int64_t complete_ GUARDED_BY(mutex_);         // all changes up to it are in
  std::set<std::int64_t> early_ GUARDED_BY(mutex_);  // later versions that are in, while an earlier one is missing
  std::int64_t log_reaches_ GUARDED_BY(mutex_) = 0;  // all changes after this version are in the log
};

}  // namespace frontrow

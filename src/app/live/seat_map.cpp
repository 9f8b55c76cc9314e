#include "app/live/seat_map.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/check.hpp"

namespace frontrow {

namespace {
// A log as long as the map serves every reader who is less than one full map behind; small maps keep some minutes of a
// rush.
constexpr std::size_t kMinLog = 4'096;
constexpr std::size_t kSeatsALogged = 4;  // of a large map, as many seats for each change that is kept

std::vector<SeatPlace> places_of(std::span<const Seat> seats) {
  std::vector<SeatPlace> places;
  places.reserve(seats.size());
  for (const Seat& seat : seats) places.push_back(seat.place);
  return places;
}

}  // namespace

std::optional<std::string> why_no_map(ScheduleId schedule, std::span<const Section> sections, std::span<const Seat> seats) {
  if (seats.empty()) return "it has no seats";
  const std::int64_t first = seats.front().place.id.value;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    const SeatPlace& place = seats[i].place;
    const std::string seat = "seat " + std::to_string(place.id.value);
    if (place.id.value != first + static_cast<std::int64_t>(i)) return "the ids before " + seat + " are not consecutive";
    if (place.schedule != schedule) return seat + " is of another schedule";
    const auto section = std::ranges::lower_bound(sections, place.section, {}, &Section::id);
    if (section == sections.end() || section->id != place.section) return seat + " is in an unknown section";
  }
  return {};
}

SeatMap::SeatMap(const Schedule& schedule, std::vector<Section> sections, std::span<const Seat> seats)
    : schedule_(schedule.id),
      concert_(schedule.concert),
      places_(places_of(seats)),
      sections_(std::make_shared<const std::vector<Section>>(std::move(sections))),
      sections_version_(schedule.sections_version),
      cells_(places_.size()),
      available_(static_cast<std::int64_t>(places_.size())),
      version_(schedule.version),
      complete_(schedule.version),
      log_reaches_(schedule.version) {
  CHECK(!places_.empty());
  for (std::size_t i = 0; i < seats.size(); ++i) {
    cells_[i].price = seats[i].price;
    cells_[i].version = schedule.version;
  }
}

void SeatMap::load(const Seat& seat, UserId holder) {
  const MutexLock lock(mutex_);
  set(index_of(seat.place.id), seat, holder);
  has_changed();
}

const SeatPlace* SeatMap::place(SeatId id) const {
  return id < places_.front().id || id > places_.back().id ? nullptr : &places_[index_of(id)];
}

SeatStatus SeatMap::status(std::uint32_t index) const {
  const Cell& cell = cells_[index];
  return cell.has_lapsed ? SeatStatus::available : cell.status;
}

void SeatMap::set(std::uint32_t index, const Seat& seat, UserId holder) {
  Cell& cell = cells_[index];
  if (status(index) == SeatStatus::available) --available_;
  if (cell.has_lapsed) --lapsed_;
  cell = {.status = seat.status, .held_until = seat.held_until, .holder = holder, .price = seat.price, .version = cell.version};
  if (seat.status == SeatStatus::available) ++available_;
  if (seat.status == SeatStatus::held) deadlines_.emplace(seat.held_until, index);
}

// A late change is logged, like a lapse, under the version after the shown one.
void SeatMap::change(const Change& change, std::int64_t version) {
  const std::uint32_t index = index_of(change.seat.place.id);
  Cell& cell = cells_[index];
  if (cell.version >= version) return;
  const bool is_same_hold = cell.status == change.seat.status && cell.held_until == change.seat.held_until;
  const bool is_holder_known = change.holder || change.seat.status == SeatStatus::available;
  const UserId holder = is_same_hold && !is_holder_known ? cell.holder : change.holder;
  const bool is_late = version < version_;
  const bool is_shown_so = is_same_hold && cell.price == change.seat.price;
  if (is_shown_so) {
    cell.holder = holder;
  } else {
    late_ += is_late;
    set(index, change.seat, holder);
  }
  cell.version = version;
  // After a gap, a reader may have seen the missing versions at another pod. So the change is logged even if it changes
  // nothing here.
  if (!is_shown_so || version > complete_ + 1) log_.push_back({is_late ? version_ + 1 : version, index});
}

void SeatMap::apply(std::span<const Change> changes, std::int64_t version) {
  const MutexLock lock(mutex_);
  version_ = std::max(version_, version);
  for (const Change& one : changes) change(one, version);
  if (version == complete_ + 1)
    reach(version);
  else if (version > complete_)
    early_.insert(version);
  shorten_log();
  has_changed();
}

void SeatMap::merge(std::span<const Change> changes, std::span<const std::int64_t> versions, std::int64_t version) {
  const MutexLock lock(mutex_);
  // At the place of its version, because the log is sorted by version.
  std::vector<std::size_t> order(changes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return versions[i]; });
  for (const std::size_t i : order) {
    version_ = std::max(version_, versions[i]);
    change(changes[i], versions[i]);
  }
  version_ = std::max(version_, version);
  reach(version);
  shorten_log();
  has_changed();
}

void SeatMap::reach(std::int64_t version) {
  complete_ = std::max(complete_, version);
  early_.erase(early_.begin(), early_.upper_bound(complete_));
  while (early_.erase(complete_ + 1) > 0) ++complete_;
}

void SeatMap::shorten_log() {
  while (log_.size() > std::max(kMinLog, places_.size() / kSeatsALogged)) {
    log_reaches_ = log_.front().version;
    log_.pop_front();
    ++log_start_;
  }
}

void SeatMap::forget_log() {
  log_start_ += log_.size() + 1;
  log_.clear();
}

SeatMap::Sections SeatMap::sections() const {
  const MutexLock lock(mutex_);
  return sections_;
}

std::int64_t SeatMap::sections_version() const {
  const MutexLock lock(mutex_);
  return sections_version_;
}

void SeatMap::rename(std::vector<Section> sections, std::int64_t version) {
  auto renamed = std::make_shared<const std::vector<Section>>(std::move(sections));
  const MutexLock lock(mutex_);
  if (version <= sections_version_) return;
  sections_ = std::move(renamed);
  sections_version_ = version;
  forget_log();
  late_ += version <= version_;  // seats of this version were shown with the old names
  log_reaches_ = std::max(version_, version);
  has_changed();
}

void SeatMap::forget_renderings(TimePoint then) {
  Companion* companion = nullptr;
  {
    const MutexLock lock(companion_mutex_);
    companion = companion_.get();
  }
  if (companion != nullptr) companion->forget(then);
}

std::size_t SeatMap::bytes() const {
  std::size_t bytes = sizeof(SeatMap) + places_.size() * (sizeof(SeatPlace) + sizeof(Cell));
  {
    const MutexLock lock(companion_mutex_);
    if (companion_ != nullptr) bytes += companion_->bytes();
  }
  const MutexLock lock(mutex_);
  return bytes + log_.size() * sizeof(Logged) + deadlines_.size() * sizeof(Lapse);
}

void SeatMap::lapse(TimePoint now) {
  while (!deadlines_.empty() && is_over(deadlines_.top().first, now)) {
    const auto [deadline, index] = deadlines_.top();
    deadlines_.pop();
    Cell& cell = cells_[index];
    if (cell.status != SeatStatus::held || cell.held_until != deadline || cell.has_lapsed) continue;
    cell.has_lapsed = true;
    ++lapsed_;
    ++available_;
    log_.push_back({version_ + 1, index});
    has_changed();
  }
}

SeatMap::Stamp SeatMap::stamp(TimePoint now) {
  const MutexLock lock(mutex_);
  lapse(now);
  return current_stamp();
}

SeatMap::Stamp SeatMap::read(TimePoint now, Cursor& cursor, std::vector<Shown>& out) {
  const MutexLock lock(mutex_);
  lapse(now);
  const std::uint64_t log_end = log_start_ + log_.size();
  if (cursor.is_new || cursor.seen < log_start_) {
    for (std::uint32_t i = 0; i < cells_.size(); ++i) out.push_back(shown(i));
  } else {
    for (std::uint64_t i = cursor.seen; i < log_end; ++i) out.push_back(shown(log_[i - log_start_].index));
  }
  cursor = {.seen = log_end,
            .is_new = false,
            .changes = changes_.load(std::memory_order_relaxed),
            .next_lapse = deadlines_.empty() ? TimePoint::max() : deadlines_.top().first};
  return current_stamp();
}

Result<SeatMap::Since> SeatMap::since(std::int64_t version, TimePoint now, std::int64_t may_lag) {
  const MutexLock lock(mutex_);
  lapse(now);
  if (version > complete_ + may_lag)
    return refuse(
        Refusal{.code = ErrorCode::validation_failed, .errors = {{"since", "is a version this seat map has not reached"}}});
  Since since{.stamp = current_stamp(), .version = std::max(version, complete_)};
  if (version > complete_) return since;
  if (version < log_reaches_) {
    since.is_full = true;
    return since;
  }
  constexpr std::uint32_t kBits = 64;
  std::vector<std::uint64_t> changed(cells_.size() / kBits +
                                     1);  // sorted and without repeats by itself: the writer waits meanwhile
  for (auto at = std::ranges::upper_bound(log_, version, {}, &Logged::version); at != log_.end(); ++at)
    changed[at->index / kBits] |= std::uint64_t{1} << (at->index % kBits);
  for (std::uint32_t word = 0; word < changed.size(); ++word)
    for (std::uint64_t bits = changed[word]; bits != 0; bits &= bits - 1)
      since.seats.push_back(shown(word * kBits + static_cast<std::uint32_t>(std::countr_zero(bits))));
  return since;
}

std::vector<SeatId> SeatMap::surely_taken(std::span<const SeatId> seats, UserId user, TimePoint now, Duration margin) const {
  std::vector<SeatId> taken;
  const MutexLock lock(mutex_);
  for (const SeatId seat : seats) {
    if (place(seat) == nullptr) continue;
    const Cell& cell = cells_[index_of(seat)];
    if (cell.holder == user) continue;
    // If the holder is not known here, it may be this user.
    const bool is_held = cell.status == SeatStatus::held && cell.holder && !is_over(cell.held_until, now + margin);
    if (cell.status == SeatStatus::sold || is_held) taken.push_back(seat);
  }
  return taken;
}

bool SeatMap::is_held_by(UserId user, std::span<const SeatId> seats) const {
  const MutexLock lock(mutex_);
  return std::ranges::any_of(
      seats, [&](SeatId seat) REQUIRES(mutex_) { return place(seat) != nullptr && cells_[index_of(seat)].holder == user; });
}

}  // namespace frontrow

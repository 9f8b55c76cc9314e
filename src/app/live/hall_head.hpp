// How many seats of a date are free, without its seats: the number in the store's row, and the seats of holds that have lapsed
// since and that no commit has recorded yet.
//
// With one writer the commits come in the order of their versions. With several, one may come before an earlier one is known here:
// it counts already, and the row that has both is read later.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "ports/stored_seat_map.hpp"

namespace frontrow {

class HallHead {
 public:
  using Holds = HeldSeats;

  HallHead(std::int64_t version, std::int64_t available) : version_(version), available_(available) {}

  // The newest version that is known.
  std::int64_t version() const { return early_.empty() ? version_ : early_.rbegin()->first; }
  bool is_complete() const { return early_.empty(); }
  std::int64_t lapsed(TimePoint now);
  std::int64_t available(TimePoint now);

  // The commit that made `version` and left `freed` more seats available than before.
  void apply(std::int64_t version, std::int64_t freed);
  // A row of the store: all commits up to `version` are in it. An older one changes nothing.
  void take(std::int64_t version, std::int64_t available);
  void begin(const Holds& holds);
  void end(const Holds& holds);
  void replace(std::span<const Holds> holds);

 private:
  void lapse(TimePoint now);
  void reach();

  std::int64_t version_;  // all commits up to it are in available_
  std::int64_t available_;
  std::int64_t lapsed_ = 0;
  TimePoint counted_upto_{};
  std::map<TimePoint, std::int64_t> until_;          // the seats of known holds, lapsed ones included, by deadline
  std::map<std::int64_t, std::int64_t> early_ = {};  // by version, while an earlier one is missing
};

}  // namespace frontrow

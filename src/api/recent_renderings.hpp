// The small seat maps a thread has sent lately, each with the state of the map it shows: found again without a lock for as
// long as nothing has changed. A fixed number of slots, a newer rendering takes an older one's.
//
// One a thread. It keeps bytes and no map, and its own count of their users, so that threads share nothing that changes.
#pragma once

#include <array>

#include "api/seat_map_bytes.hpp"

namespace frontrow::http {

class RecentRenderings {
 public:
  static constexpr std::size_t kSmall = 64 * 1024;  // bytes: 16 of them are little, and a larger one's cost is its sending
  static constexpr Duration kUnseen{1'000};         // then the shared rendering hears again that it is wanted

  // Null if there is none, or the map has changed since.
  std::shared_ptr<const SeatMapBytes::Rendered> find(const SeatMap& map, const SeatMapBytes::View& view, TimePoint now) const {
    const Slot& slot = slots_[index_of(map, view)];
    const bool is_it = slot.map == map.number() && slot.view == view;
    return is_it && now - slot.kept_at < kUnseen && map.is_current(slot.as_of, now) ? slot.rendered : nullptr;
  }

  void keep(const SeatMap& map, const SeatMapBytes::View& view, TimePoint now, const SeatMap::Cursor& as_of,
            const SeatMapBytes::RenderedPtr& rendered) {
    if (rendered->size > kSmall) return;
    const auto mine = std::make_shared<const SeatMapBytes::RenderedPtr>(rendered);
    slots_[index_of(map, view)] = {
        .map = map.number(), .view = view, .kept_at = now, .as_of = as_of, .rendered = {mine, mine->get()}};
  }

 private:
  static constexpr std::size_t kSlots = 16;
  struct Slot {
    std::uint64_t map = 0;
    SeatMapBytes::View view;
    TimePoint kept_at;
    SeatMap::Cursor as_of;
    SeatMapBytes::RenderedPtr rendered;
  };

  static std::size_t index_of(const SeatMap& map, const SeatMapBytes::View& view) {
    const std::size_t which = view.only ? 1 + static_cast<std::size_t>(*view.only) : 0;
    return (map.number() * 4 + which) % kSlots;
  }

  std::array<Slot, kSlots> slots_;
};

}  // namespace frontrow::http

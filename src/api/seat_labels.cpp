#include "api/seat_labels.hpp"

#include <algorithm>

namespace frontrow::http {

void SeatLabels::find(const CatalogPicture& picture, const Reservation& reservation) {
  Hall* hall = picture.find(reservation.schedule);  // null: of a date that this server has not heard of yet
  const auto map = hall == nullptr ? nullptr : hall->present_map();
  const auto sections = map == nullptr ? nullptr : map->sections();
  for (const ReservedSeat& seat : reservation.seats) {
    const SeatPlace* place = map == nullptr ? nullptr : map->place(seat.id);
    if (place == nullptr) {
      missing_.insert(seat.id);
      continue;
    }
    const auto section = std::ranges::lower_bound(*sections, place->section, {}, &Section::id);
    labels_[seat.id] = {.seat = seat.id, .section = section->name, .row = place->row};
  }
}

void SeatLabels::read(StoreReader& reader) {
  const std::vector<SeatId> seats(missing_.begin(), missing_.end());
  for (SeatLabel& label : reader.seat_labels(seats)) labels_[label.seat] = std::move(label);
  missing_.clear();
}

const SeatLabel* SeatLabels::of(SeatId seat) const {
  const auto at = labels_.find(seat);
  return at == labels_.end() ? nullptr : &at->second;
}

}  // namespace frontrow::http

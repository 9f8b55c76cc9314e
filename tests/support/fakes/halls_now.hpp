// Halls that read a seat map at once, on the thread that looks, from a function of the test.
#pragma once

#include "app/live/catalog.hpp"
#include "app/live/halls.hpp"
#include "base/boundary.hpp"

namespace frontrow {

class HallsNow {
 public:
  using Rows = std::function<std::optional<StoredSeatMap>(ScheduleId)>;

  HallsNow(Rows rows, const Clock& clock, Metrics& metrics, const Halls::Limits& limits = {})
      : halls(
            [rows = std::move(rows)](ScheduleId id, Halls::Answer answer) {
              Halls::Rows read = refuse(ErrorCode::store_unavailable);
              contained("halls at once", [&] { read = rows(id); });
              answer(std::move(read));
              return true;
            },
            limits, clock, metrics) {}

  // Null: the date is not in the picture, or its seats cannot be read.
  std::shared_ptr<SeatMap> look(const CatalogPicture& picture, ScheduleId id) {
    const auto at = picture.schedules.find(id);
    if (at == picture.schedules.end()) return nullptr;
    std::shared_ptr<SeatMap> map;
    halls.look(at->second, [&](Result<Halls::MapPtr> found) { map = found ? *found : nullptr; });
    return map;
  }

  Halls halls;
};

}  // namespace frontrow

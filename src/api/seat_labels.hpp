// The section and the row of reserved seats: from the halls that are in memory, of the others from the store. A hall is not read
// for them.
#pragma once

#include <set>
#include <unordered_map>

#include "api/api.hpp"

namespace frontrow::http {

class SeatLabels {
 public:
  // By memory; the seats of halls that are not there are missing then.
  void find(const CatalogPicture& picture, const Reservation& reservation);
  bool is_complete() const { return missing_.empty(); }
  // Those that are missing. Throws Unavailable.
  void read(StoreReader& reader);
  // Null: unknown.
  const SeatLabel* of(SeatId seat) const;

 private:
  std::unordered_map<SeatId, SeatLabel> labels_;
  std::set<SeatId> missing_;
};

// Answers with `render(outcome, labels)` on the connection's thread; the outcome has a reservation. What has been done is answered
// in any case: if the store cannot be read, some seats have no label.
template <class Outcome, class Render>
void with_labels(const Api& api, Responder responder, Outcome outcome, Render render) {
  SeatLabels labels;
  labels.find(*api.sale.catalog.picture(), outcome.reservation);
  if (labels.is_complete()) return respond(std::move(responder), render(outcome, labels));
  auto shared = std::make_shared<Responder>(std::move(responder));
  auto answer = [shared, outcome, render](Result<SeatLabels> found) {
    std::move(*shared).resume([outcome, render, labels = found ? std::move(*found) : SeatLabels{}](Responder back) {
      respond(std::move(back), render(outcome, labels));
    });
  };
  auto read = [labels](StoreReader& reader) mutable {
    labels.read(reader);
    return labels;
  };
  const bool is_taken = api.sale.readers.ask(std::move(read), std::move(answer));
  if (!is_taken) respond(std::move(*shared), render(outcome, SeatLabels{}));
}

}  // namespace frontrow::http

// A reader of a store in which there is nothing; tests override the questions that matter to them.
#pragma once

#include "ports/store.hpp"

namespace frontrow {

class EmptyReader : public StoreReader {
 public:
  std::optional<Reservation> reservation(ReservationId) override { return {}; }
  std::vector<Reservation> reservations_of(UserId, std::optional<std::pair<TimePoint, ReservationId>>, int) override { return {}; }
  std::vector<Reservation> reservations_of_schedule(ScheduleId, ReservationId, int) override { return {}; }
  Account account(UserId user) override { return {.user = user, .balance = {}}; }
  std::optional<UserId> user_of(const Subject&) override { return {}; }
  std::vector<LedgerEntry> ledger_of(UserId, LedgerEntryId, int) override { return {}; }
  std::vector<FeedEvent> events_after(EventId, int) override { return {}; }
  EventHorizon event_horizon() override { return {}; }
  std::optional<Payment> payment_of(ReservationId) override { return {}; }
  SalesSummary sales(ConcertId) override { return {}; }
  std::optional<StoredSeatMap> seat_map(ScheduleId) override { return {}; }
  std::vector<SeatLabel> seat_labels(std::span<const SeatId>) override { return {}; }
  DeedHead deed_head() override { return {}; }
  std::vector<Deed> deeds_after(DeedId, int) override { return {}; }
  std::vector<Operator> operators() override { return {}; }
  std::vector<AuditLine> audit() override { return {}; }
};

}  // namespace frontrow

// A store in plain maps that does everything a store must do, without speed or safety. It passes the same contract
// suite as the real stores, and they are compared with it.
#pragma once

#include <map>
#include <mutex>

#include "ports/store.hpp"

namespace frontrow {

// The stored rows. They outlive the ModelStore that works on them, as a file does.
struct ModelState {
  std::map<ConcertId, Concert> concerts;
  std::map<ScheduleId, Schedule> schedules;
  std::map<SectionId, Section> sections;
  std::map<SeatId, Seat> seats;
  std::map<ReservationId, Reservation> reservations;
  std::map<ReservationId, Payment> payments;
  std::map<SeatId, ReservationId> live;  // rule S1: one live reservation for each seat
  std::map<UserId, Points> balances;
  std::map<LedgerEntryId, LedgerEntry> ledger;
  std::map<IdempotencyKey, IdempotencyRecord> keys;
  std::map<Subject, UserId> users;
  std::vector<Event> events;  // the first has id 1; those below the horizon are as good as deleted
  EventHorizon horizon{.first = {1}, .gone_until = {}};
  std::map<ConcertId, StoredQueue> queues;
  std::map<std::pair<ConcertId, TicketNumber>, TicketRow> tickets;
  std::map<ConcertId, Draft> drafts;
  std::map<OperatorId, Operator> operators;
  std::vector<Deed> deeds;
  std::array<std::int64_t, kIdKinds> next_ids{1, 1, 1, 1, 1, 1, 1, kFirstMappedUser};
  std::mutex mutex;  // for one writer beside any number of readers
};

class ModelStore final : public Store {
 public:
  ModelStore(ModelState& state, const Clock& clock) : state_(state), clock_(clock) {}

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override;
  void load(const LoadVisitor& visitor) override;
  EventId last_event() override { return {static_cast<std::int64_t>(state_.events.size())}; }
  std::unique_ptr<StoreReader> open_reader() override;
  Forgotten forget(const KeptSince& since, int limit) override;
  void tend() override {}

 private:
  void load_rows(const Keys& keys, WorkingSet& set) const;
  void load_reservation(ReservationId id, bool with_seat_rows, WorkingSet& set) const;
  void load_seat(SeatId id, WorkingSet& set) const;
  void check(const WorkingSet& set) const;
  void apply(WorkingSet& set);
  void apply_catalog(const WorkingSet& set);
  int forget_draft(TimePoint before, int limit);

  ModelState& state_;
  const Clock& clock_;
};

}  // namespace frontrow

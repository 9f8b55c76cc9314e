// The simulator's model of the sale: seats, reservations, points and keys in plain maps, without speed. It gets the
// commands of each durable batch in their order, and says the answer and the events of each; a difference is a broken
// rule.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/commands/concert.hpp"
#include "app/commands/payment.hpp"
#include "app/commands/point.hpp"
#include "app/commands/reservation.hpp"
#include "app/commands/schedule.hpp"
#include "sim/report.hpp"

namespace frontrow::sim {

// A row of the event log.
struct ToldEvent {
  EventId id;
  Event event;
  PaymentId payment;  // in payment.completed
};

struct ModelSeat {
  SeatId id;
  ScheduleId schedule;
  int number = 0;
  Points price;
  SeatStatus status = SeatStatus::available;
  ReservationId reservation = {};
  TimePoint until = {};
  SeatStatus shown(TimePoint now) const { return status == SeatStatus::held && until <= now ? SeatStatus::available : status; }
};

struct ModelSchedule {
  ConcertId concert;
  TimePoint starts_at;
  SeatId first_seat;
  std::int64_t seats = 0;
  std::int64_t version = 0;
};

struct ModelKey {
  std::int64_t fingerprint = 0;
  TimePoint at;
  std::string answer;  // exactly as answered
  std::int64_t result = 0;
};

// The effect of one hold in a batch, for the waiting room.
struct HoldNews {
  ConcertId concert;
  TicketNumber ticket;
  ReservationId reservation;
  TimePoint until;
  ReservationStatus status;
};

class SaleModel {
 public:
  SaleModel(Report& report, const HoldLimits& limits) : report_(report), limits_(limits) {}

  // One durable batch.
  // `events` of reservations and of the operator's changes, in the order of the log.
  void begin(TimePoint now, const WorkingSet& set, std::vector<ToldEvent> events);
  std::string hold(const HoldRequest& request);
  std::string pay(UserId user, ReservationId reservation, const std::optional<Idempotent>& idempotent);
  std::string cancel(UserId user, ReservationId reservation);
  void expire(std::span<const ReservationId> due);
  std::string charge(UserId user, Points amount, const std::optional<Idempotent>& idempotent);
  std::string create(const ConcertPlan& plan, const std::optional<Idempotent>& idempotent);
  std::string add_schedules(ConcertId concert, const std::vector<SchedulePlan>& plans, const std::optional<Idempotent>& idempotent);
  std::string patch(ConcertId concert, const ConcertPatch& patch);
  std::string move_date(ConcertId concert, ScheduleId schedule, TimePoint starts_at);
  std::string reprice(ConcertId concert, ScheduleId schedule, std::span<const SeatPrice> prices);
  // Each change of a schedule or its seats raises its version by one, and no unexpected event may be left.
  void end();

  // The true state.
  std::map<ConcertId, Concert> concerts;
  std::map<ScheduleId, ModelSchedule> schedules;
  std::unordered_map<SeatId, ModelSeat> seats;
  std::unordered_map<ReservationId, Reservation> reservations;
  std::unordered_map<ReservationId, Payment> payments;
  std::unordered_map<UserId, Points> balances;
  std::map<IdempotencyKey, ModelKey> keys;
  std::set<std::pair<TimePoint, ReservationId>> held;              // by deadline
  std::unordered_map<UserId, std::vector<ReservationId>> of_user;  // held and confirmed
  std::int64_t ledger_entries = 0;
  std::set<PaymentId> payment_ids;
  EventId last_event{};

  // For the batch that is being entered.
  std::set<ScheduleId> touched;
  std::vector<HoldNews> news;

  Points balance(UserId user) const;
  int live_seats(UserId user, ConcertId concert, TimePoint now) const;
  // The answer to the first request with this key; nothing if there was none.
  const ModelKey* find_key(const std::optional<Idempotent>& idempotent) const;
  void remember(const std::optional<Idempotent>& idempotent, std::string answer, std::int64_t result);
  static bool has_exactly(const Reservation& reservation, std::vector<SeatId> seats);

 private:
  // The next event of the log, which must be this one. `id` none: an event of a new reservation.
  ToldEvent told(EventType type, ReservationId id, int seq);
  // The next event must carry this change, with the concert's next number.
  void told_change(EventType type, ConcertId concert);
  void end_reservation(ReservationId id, ReservationStatus ending);
  Reservation make_reservation(const HoldRequest& request);
  // The rules against hoarding, from the user's past hour in the concert.
  std::optional<Refusal> refuse_hoarder(const HoldRequest& request) const;
  void add_news(const Reservation& reservation);
  MadeConcert made(ConcertId concert, const std::vector<SchedulePlan>& plans);

  Report& report_;
  const HoldLimits limits_;
  std::unordered_map<UserId, std::vector<ReservationId>> unpaid_;  // all that ended without a payment
  TimePoint now_;
  std::vector<ToldEvent> events_;
  std::size_t next_event_ = 0;
  std::deque<ConcertId> new_concerts_;  // of this batch, without a command so far
  std::deque<ScheduleId> new_schedules_;
};

}  // namespace frontrow::sim

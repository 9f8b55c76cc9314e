// Plain reads. Every method is one snapshot.
#include "adapters/sql/deeds.hpp"
#include "adapters/sql/sales.hpp"
#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/rows.hpp"
#include "adapters/sqlite/store.hpp"

namespace frontrow::sqlite {

namespace {

class SqliteReader final : public StoreReader {
 public:
  SqliteReader(const std::string& location, const ConnectionSettings& settings);
  std::optional<Reservation> reservation(ReservationId id) override;
  std::vector<Reservation> reservations_of(UserId user, std::optional<std::pair<TimePoint, ReservationId>> before,
                                           int limit) override;
  std::vector<Reservation> reservations_of_schedule(ScheduleId schedule, ReservationId after, int limit) override;
  Account account(UserId user) override;
  std::optional<UserId> user_of(const Subject& subject) override;
  std::vector<LedgerEntry> ledger_of(UserId user, LedgerEntryId before, int limit) override;
  std::vector<FeedEvent> events_after(EventId after, int limit) override;
  EventHorizon event_horizon() override;
  SalesSummary sales(ConcertId concert) override;
  std::optional<Payment> payment_of(ReservationId id) override { return reservations_.payment(id); }
  std::optional<StoredSeatMap> seat_map(ScheduleId schedule) override;
  std::vector<SeatLabel> seat_labels(std::span<const SeatId> seats) override;
  DeedHead deed_head() override {
    Rows rows = deed_head_.rows();
    return read_deed_head(rows);
  }
  std::vector<Deed> deeds_after(DeedId after, int limit) override;
  std::vector<Operator> operators() override;
  std::vector<AuditLine> audit() override { return sqlite::audit(connection_); }

 private:
  Connection connection_;
  ReservationRows reservations_;
  Statement of_user_;
  Statement balance_;
  Statement user_of_;
  Statement ledger_;
  Statement events_;
  Statement event_horizon_;
  Statement seats_by_status_;
  Statement reservations_by_status_;
  Statement schedule_;
  Statement sections_;
  Statement seats_;
  Statement label_;
  Statement of_schedule_;
  Statement deed_head_;
  Statement deeds_;
  Statement operators_;
};

SqliteReader::SqliteReader(const std::string& location, const ConnectionSettings& settings)
    : connection_(location, Access::read_only, settings),
      reservations_(connection_),
      of_user_(connection_, select(kReservationColumns,
                                   "FROM reservations r INDEXED BY idx_reservation_user_time"
                                   " WHERE user_id = ?1 AND (created_at, id) < (?2, ?3)"
                                   " ORDER BY created_at DESC, id DESC LIMIT ?4")),
      balance_(connection_, "SELECT balance FROM accounts WHERE user_id = ?1"),
      user_of_(connection_, kUserOfSubject),
      ledger_(connection_,
              select(kLedgerColumns, "FROM ledger WHERE account = ?1 AND entry_id < ?2 ORDER BY entry_id DESC LIMIT ?3")),
      events_(connection_, select(kEventColumns, ", id FROM events e WHERE id > ?1 ORDER BY id LIMIT ?2")),
      event_horizon_(connection_, "SELECT first_id, gone_until FROM event_horizon WHERE id = 1"),
      seats_by_status_(connection_,
                       "SELECT seats.status, count(*) FROM schedules INDEXED BY idx_schedule_concert CROSS JOIN seats"
                       " ON seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count"
                       " WHERE concert_id = ?1 GROUP BY seats.status"),
      reservations_by_status_(connection_,
                              "SELECT status, count(*), sum(amount) FROM reservations INDEXED BY idx_reservation_concert_status"
                              " WHERE concert_id = ?1 GROUP BY status"),
      schedule_(connection_, select(kScheduleColumns, "FROM schedules WHERE id = ?1")),
      sections_(connection_,
                select(kSectionColumns, "FROM sections INDEXED BY idx_section_schedule WHERE schedule_id = ?1 ORDER BY id")),
      seats_(connection_, select(kSeatColumns,
                                 ", CASE WHEN status = 'TEMPORARILY_RESERVED'"
                                 " THEN (SELECT user_id FROM reservations WHERE id = seats.reservation_id) END"
                                 " FROM seats WHERE id >= ?1 AND id < ?2 ORDER BY id")),
      label_(connection_,
             "SELECT seats.id, name, row FROM seats CROSS JOIN sections ON sections.id = section_id WHERE seats.id = ?1"),
      of_schedule_(connection_, select(kReservationColumns,
                                       "FROM (SELECT DISTINCT reservation_id FROM seats WHERE id >= ?1 AND id < ?2"
                                       " AND reservation_id > ?3 ORDER BY reservation_id LIMIT ?4) taken"
                                       " CROSS JOIN reservations r ON r.id = taken.reservation_id ORDER BY r.id")),
      deed_head_(connection_, kDeedHead.text),
      deeds_(connection_, select(kDeedColumns, "FROM deeds WHERE id > ?1 ORDER BY id LIMIT ?2")),
      operators_(connection_, select(kOperatorColumns, "FROM operators ORDER BY id")) {}

std::optional<Reservation> SqliteReader::reservation(ReservationId id) {
  const ReadTransaction snapshot{connection_};
  return reservations_.find(id);
}

std::vector<Reservation> SqliteReader::reservations_of(UserId user, std::optional<std::pair<TimePoint, ReservationId>> before,
                                                       int limit) {
  const ReadTransaction snapshot{connection_};
  const auto [time, id] = before.value_or(std::pair{TimePoint::max(), ReservationId{kMaxId}});
  std::vector<Reservation> found;
  Rows rows = of_user_.rows(user, time, id, limit);
  while (rows.next()) reservations_.add_seats(found.emplace_back(read_reservation(rows)));
  return found;
}

std::optional<UserId> SqliteReader::user_of(const Subject& subject) {
  Rows rows = user_of_.rows(bytes_of(subject.issuer), bytes_of(subject.text));
  return rows.next() ? std::optional{rows.id<UserId>(0)} : std::nullopt;
}

std::vector<Reservation> SqliteReader::reservations_of_schedule(ScheduleId id, ReservationId after, int limit) {
  const ReadTransaction snapshot{connection_};
  std::vector<Reservation> found;
  Schedule schedule;
  if (Rows rows = schedule_.rows(id); rows.next()) schedule = read_schedule(rows);
  Rows rows = of_schedule_.rows(schedule.first_seat, schedule.first_seat.value + schedule.seat_count, after, limit);
  while (rows.next()) reservations_.add_seats(found.emplace_back(read_reservation(rows)));
  return found;
}

std::vector<Deed> SqliteReader::deeds_after(DeedId after, int limit) {
  std::vector<Deed> found;
  for (Rows rows = deeds_.rows(after, limit); rows.next();) found.push_back(read_deed(rows));
  return found;
}

std::vector<Operator> SqliteReader::operators() {
  std::vector<Operator> found;
  for (Rows rows = operators_.rows(); rows.next();) found.push_back(read_operator(rows));
  return found;
}

Account SqliteReader::account(UserId user) {
  Rows rows = balance_.rows(user);
  return {user, rows.next() ? rows.points(0) : Points{}};
}

std::vector<LedgerEntry> SqliteReader::ledger_of(UserId user, LedgerEntryId before, int limit) {
  std::vector<LedgerEntry> found;
  Rows rows = ledger_.rows(user, before ? before.value : kMaxId, limit);
  while (rows.next()) found.push_back(read_ledger_entry(rows));
  return found;
}

std::vector<FeedEvent> SqliteReader::events_after(EventId after, int limit) {
  const ReadTransaction snapshot{connection_};
  std::vector<FeedEvent> found;
  Rows rows = events_.rows(after, limit);
  while (rows.next()) {
    FeedEvent& told =
        found.emplace_back(FeedEvent{.id = rows.id<EventId>(kEventColumnCount), .event = read_event(rows, 0), .reservation = {}});
    if (!told.event.reservation) continue;
    if (auto reservation = reservations_.find(told.event.reservation)) told.reservation = std::move(*reservation);
    if (told.event.type == EventType::payment_completed) told.payment = reservations_.payment(told.event.reservation);
  }
  return found;
}

EventHorizon SqliteReader::event_horizon() {
  Rows rows = event_horizon_.rows();
  return rows.next() ? EventHorizon{.first = rows.id<EventId>(0), .gone_until = rows.time(1)} : EventHorizon{};
}

// Reads the concert's own seats and index entries, and none of another concert.
SalesSummary SqliteReader::sales(ConcertId concert) {
  const ReadTransaction snapshot{connection_};
  SalesSummary sales;
  for (Rows rows = seats_by_status_.rows(concert); rows.next();) {
    const std::int64_t count = rows.integer(1);
    sales.seats += count;
    switch (seat_status(rows.text(0))) {
      case SeatStatus::available: break;
      case SeatStatus::held: sales.held = count; break;
      case SeatStatus::sold: sales.sold = count; break;
    }
  }
  for (Rows rows = reservations_by_status_.rows(concert); rows.next();)
    add_reservations(sales, reservation_status(rows.text(0)), rows.integer(1), rows.points(2));
  return sales;
}

std::optional<StoredSeatMap> SqliteReader::seat_map(ScheduleId id) {
  const ReadTransaction snapshot{connection_};
  Schedule schedule;
  if (Rows rows = schedule_.rows(id); rows.next())
    schedule = read_schedule(rows);
  else
    return {};
  StoredSeatMap map{.version = schedule.version, .sections_version = schedule.sections_version, .sections = {}, .seats = {}};
  for (Rows rows = sections_.rows(id); rows.next();) map.sections.push_back(read_section(rows));
  map.seats.reserve(static_cast<std::size_t>(schedule.seat_count));
  for (Rows rows = seats_.rows(schedule.first_seat, schedule.first_seat.value + schedule.seat_count); rows.next();) {
    const Seat& seat = map.seats.emplace_back(read_seat(rows));
    if (seat.status == SeatStatus::held) map.holders.emplace(seat.reservation, rows.id<UserId>(kSeatColumnCount));
  }
  return map;
}

std::vector<SeatLabel> SqliteReader::seat_labels(std::span<const SeatId> seats) {
  const ReadTransaction snapshot{connection_};
  std::vector<SeatLabel> labels;
  for (const SeatId id : seats)
    if (Rows rows = label_.rows(id); rows.next())
      labels.push_back({.seat = rows.id<SeatId>(0), .section = std::string{rows.text(1)}, .row = rows.small(2)});
  return labels;
}

}  // namespace

std::unique_ptr<StoreReader> open_reader(const std::string& location, const ConnectionSettings& settings) {
  return std::make_unique<SqliteReader>(location, settings);
}

}  // namespace frontrow::sqlite

// Plain reads on the primary. Every method is one snapshot: one statement, or a transaction.
#include "adapters/mysql/audit.hpp"
#include "adapters/mysql/deed_rows.hpp"
#include "adapters/mysql/event_rows.hpp"
#include "adapters/mysql/feed.hpp"
#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/session.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/sql/sales.hpp"

namespace frontrow::mysql {

namespace {

class MysqlReader final : public StoreReader {
 public:
  explicit MysqlReader(std::shared_ptr<Pool> pool)
      : pool_(std::move(pool)), numberer_(pool_->settings().endpoint, Role::writer, pool_->settings().connection) {}
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
  std::optional<Payment> payment_of(ReservationId id) override;
  std::optional<StoredSeatMap> seat_map(ScheduleId schedule) override {
    return read_from(*pool_, [&](Connection& connection) { return read_seat_map(connection, schedule); });
  }
  std::vector<SeatLabel> seat_labels(std::span<const SeatId> seats) override;
  DeedHead deed_head() override {
    return read_from(*pool_, [](Connection& connection) { return mysql::read_deed_head(connection); });
  }
  std::vector<Deed> deeds_after(DeedId after, int limit) override {
    return read_from(*pool_, [&](Connection& connection) { return read_deeds(connection, after, limit); });
  }
  std::vector<Operator> operators() override {
    return read_from(*pool_, [](Connection& connection) { return read_operators(connection); });
  }
  std::vector<AuditLine> audit() override;

 private:
  Rows ask(const Sql& sql, std::string_view doing) {
    return read_from(*pool_, [&](Connection& connection) { return connection.ask(sql, doing); });
  }

  void number();

  const std::shared_ptr<Pool> pool_;
  Session numberer_;
};

std::optional<Reservation> MysqlReader::reservation(ReservationId id) {
  Sql sql;
  sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns << " FROM reservations r" << kReservationJoin
      << "WHERE r.id = " << id << " ORDER BY rs.seat_id";
  sql.end();
  Rows rows = ask(sql, "read a reservation");
  std::vector<Reservation> found = read_reservations(rows);
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::vector<Reservation> MysqlReader::reservations_of(UserId user, std::optional<std::pair<TimePoint, ReservationId>> before,
                                                      int limit) {
  Sql sql;
  sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns
      << " FROM (SELECT * FROM reservations FORCE INDEX (idx_reservation_user_time) WHERE user_id = " << user;
  if (before) {  // as a range of the index, less the few of that very moment
    const auto& [time, id] = *before;
    sql << " AND created_at <= " << time << " AND NOT (created_at = " << time << " AND id >= " << id << ")";
  }
  sql << " ORDER BY created_at DESC, id DESC LIMIT " << limit << ") r" << kReservationJoin
      << "ORDER BY r.created_at DESC, r.id DESC, rs.seat_id";
  sql.end();
  Rows rows = ask(sql, "read a user's reservations");
  return read_reservations(rows);
}

std::vector<Reservation> MysqlReader::reservations_of_schedule(ScheduleId schedule, ReservationId after, int limit) {
  Sql sql;
  sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns
      << " FROM (SELECT DISTINCT reservation_id FROM seats FORCE INDEX (idx_seat_covering) WHERE schedule_id = " << schedule
      << " AND status IN ('TEMPORARILY_RESERVED', 'RESERVED') AND reservation_id > " << after << " ORDER BY reservation_id LIMIT "
      << limit << ") taken STRAIGHT_JOIN reservations r FORCE INDEX (PRIMARY) ON r.id = taken.reservation_id" << kReservationJoin
      << "ORDER BY r.id, rs.seat_id";
  sql.end();
  Rows rows = ask(sql, "read a date's reservations");
  return read_reservations(rows);
}

Account MysqlReader::account(UserId user) {
  Sql sql;
  sql << "SELECT balance FROM accounts WHERE user_id = " << user;
  sql.end();
  Rows rows = ask(sql, "read a balance");
  return {user, rows.next() ? rows.points(0) : Points{}};
}

std::optional<UserId> MysqlReader::user_of(const Subject& subject) {
  Sql sql;
  ask_for_users(sql, std::span(&subject, 1));
  Rows rows = ask(sql, "read the user of a subject");
  return rows.next() ? std::optional{rows.id<UserId>(2)} : std::nullopt;
}

std::vector<LedgerEntry> MysqlReader::ledger_of(UserId user, LedgerEntryId before, int limit) {
  Sql sql;
  sql << "SELECT " << kLedgerColumns << " FROM ledger WHERE account = " << user << " AND entry_id < "
      << (before ? before.value : kMaxId) << " ORDER BY entry_id DESC LIMIT " << limit;
  sql.end();
  std::vector<LedgerEntry> found;
  for (Rows rows = ask(sql, "read a ledger"); rows.next();) found.push_back(read_ledger_entry(rows));
  return found;
}

// Whoever asks for the feed sees all that was committed before: a relay would number it a moment later.
void MysqlReader::number() {
  constexpr int kAtOnce = 10'000;
  try {
    number_events(numberer_.ready(), kAtOnce);
  } catch (const std::exception&) {
    numberer_.drop();
  }
}

// A pod that is older than the database serves, but its rules are not that database's.
std::vector<AuditLine> MysqlReader::audit() {
  return at_edge([this] {
    try {
      return mysql::audit(pool_->settings().endpoint);
    } catch (const NotUsable& other) {
      throw Unavailable{kStoreSchema, other.what()};
    }
  });
}

std::vector<FeedEvent> MysqlReader::events_after(EventId after, int limit) {
  number();
  Sql sql;
  write_event_columns(sql, "e.feed_id");
  sql << " FROM (SELECT * FROM events FORCE INDEX (idx_event_feed) WHERE feed_id > " << after
      << " AND feed_id >= (SELECT first_id FROM event_horizon WHERE id = 1) ORDER BY feed_id LIMIT " << limit << ") e";
  write_event_joins(sql);
  sql << "ORDER BY e.feed_id, rs.seat_id";
  sql.end();
  Rows rows = ask(sql, "read events");
  return read_events(rows);
}

EventHorizon MysqlReader::event_horizon() {
  Sql sql;
  sql << "SELECT first_id, gone_until FROM event_horizon WHERE id = 1";
  sql.end();
  Rows rows = ask(sql, "read the event horizon");
  return rows.next() ? EventHorizon{.first = rows.id<EventId>(0), .gone_until = rows.time(1)} : EventHorizon{};
}

std::optional<Payment> MysqlReader::payment_of(ReservationId id) {
  Sql sql;
  sql << "SELECT " << kPaymentColumns << " FROM payments p WHERE p.reservation_id = " << id;
  sql.end();
  Rows rows = ask(sql, "read a payment");
  return rows.next() ? read_payment(rows, 0) : std::nullopt;
}

constexpr ReservationStatus kStatuses[] = {
    ReservationStatus::held, ReservationStatus::confirmed, ReservationStatus::expired, ReservationStatus::cancelled};

// A statement for each status: none reads more than the concert's own entries of one, in one stretch of the index.
void ask_for_reservations(Sql& sql, ConcertId concert) {
  for (const ReservationStatus status : kStatuses) {
    sql << "SELECT count(*), coalesce(sum(amount), 0) FROM reservations FORCE INDEX (idx_reservation_concert_status)"
           " WHERE concert_id = "
        << concert << " AND status = " << Code{code_of(status)};
    sql.end();
  }
}

// And for each date: none reads more than the taken seats of one hall.
void ask_for_seats(Sql& sql, const std::vector<ScheduleId>& schedules) {
  for (const ScheduleId schedule : schedules)
    for (const SeatStatus status : {SeatStatus::held, SeatStatus::sold}) {
      sql << "SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering) WHERE schedule_id = " << schedule
          << " AND status = " << Code{code_of(status)};
      sql.end();
    }
}

// Reads the concert's own rows, and none of another's.
SalesSummary MysqlReader::sales(ConcertId concert) {
  Sql sql;
  sql << "SELECT id, seat_count FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id = " << concert;
  sql.end();
  ask_for_reservations(sql, concert);
  return read_from(*pool_, [&](Connection& connection) {
    const ReadTransaction snapshot{connection};
    std::vector<Rows> results = connection.run(sql, "sum up sales");
    SalesSummary sales;
    std::vector<ScheduleId> schedules;
    while (results[0].next()) {
      schedules.push_back(results[0].id<ScheduleId>(0));
      sales.seats += results[0].integer(1);
    }
    for (std::size_t i = 0; i < std::size(kStatuses); ++i)
      if (Rows& rows = results[i + 1]; rows.next()) add_reservations(sales, kStatuses[i], rows.integer(0), rows.points(1));
    if (schedules.empty()) return sales;
    Sql seats;
    ask_for_seats(seats, schedules);
    std::vector<Rows> taken = connection.run(seats, "sum up seats");
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (taken[i].next()) (i % 2 == 0 ? sales.held : sales.sold) += taken[i].integer(0);
    return sales;
  });
}

std::vector<SeatLabel> MysqlReader::seat_labels(std::span<const SeatId> seats) {
  std::vector<SeatLabel> labels;
  Sql sql;
  in_stretches(std::vector(seats.begin(), seats.end()), [&](auto stretch) {
    sql << "SELECT st.id, se.name, st.`row` FROM seats st FORCE INDEX (PRIMARY) STRAIGHT_JOIN sections se FORCE INDEX (PRIMARY)"
           " ON se.id = st.section_id WHERE st.id IN "
        << List{stretch};
    sql.end();
  });
  if (sql.is_empty()) return labels;
  return read_from(*pool_, [&](Connection& connection) {
    labels.clear();
    for (Rows& rows : connection.run(sql, "read where seats are"))
      while (rows.next())
        labels.push_back({.seat = rows.id<SeatId>(0), .section = std::string{rows.text(1)}, .row = rows.small(2)});
    return labels;
  });
}

}  // namespace

std::unique_ptr<StoreReader> open_reader(std::shared_ptr<Pool> pool) { return std::make_unique<MysqlReader>(std::move(pool)); }

}  // namespace frontrow::mysql

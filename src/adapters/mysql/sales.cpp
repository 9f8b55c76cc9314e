#include "adapters/mysql/sales.hpp"

#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/rows.hpp"
#include "adapters/sql/codes.hpp"
#include "adapters/sql/sales.hpp"

namespace frontrow::mysql {

namespace {

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

// In one statement, and so of one moment: what a date's row is to say, and for which version. Columns as kSalesColumns, then the
// version.
void ask_for_figures(Sql& sql, ScheduleId schedule) {
  sql << "SELECT s.seat_count, (SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering) WHERE seats.schedule_id = s.id"
         " AND seats.status = 'TEMPORARILY_RESERVED'), (SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering)"
         " WHERE seats.schedule_id = s.id AND seats.status = 'RESERVED'), count(r.id), coalesce(sum(r.status = 'CONFIRMED'), 0),"
         " coalesce(sum(r.status = 'EXPIRED'), 0), coalesce(sum(r.status = 'CANCELLED'), 0),"
         " coalesce(sum(IF(r.status = 'CONFIRMED', r.amount, 0)), 0), s.version FROM schedules s FORCE INDEX (PRIMARY)"
         " LEFT JOIN reservations r FORCE INDEX (idx_reservation_concert_status)"
         " ON r.concert_id = s.concert_id AND r.schedule_id = s.id WHERE s.id = "
      << schedule << " GROUP BY s.id, s.seat_count, s.version";
  sql.end();
}

void write_figures(Sql& sql, ScheduleId schedule, const SalesSummary& sales, std::int64_t version) {
  sql << "UPDATE schedules FORCE INDEX (PRIMARY) SET held_seats = " << sales.held << ", sold_seats = " << sales.sold
      << ", sales_made = " << sales.reservations << ", sales_confirmed = " << sales.confirmed
      << ", sales_expired = " << sales.expired << ", sales_cancelled = " << sales.cancelled << ", sales_revenue = " << sales.revenue
      << ", sales_version = version WHERE id = " << schedule << " AND version = " << version;
  sql.end();
}

}  // namespace

std::optional<SalesSummary> kept_sales(Connection& connection, ConcertId concert) {
  Sql sql;
  sql << "SELECT " << kSalesColumns
      << ", sales_version = version FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id = " << concert;
  sql.end();
  SalesSummary sales;
  for (Rows rows = connection.ask(sql, "read sales figures"); rows.next();) {
    if (rows.integer(kSalesColumnCount) == 0) return {};
    add(sales, read_sales(rows));
  }
  return sales;
}

SalesSummary count_sales(Connection& connection, ConcertId concert) {
  Sql sql;
  sql << "SELECT id, seat_count FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id = " << concert;
  sql.end();
  ask_for_reservations(sql, concert);
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
}

void put_sales_right(Connection& connection, ConcertId concert) {
  Sql find;
  find << "SELECT id FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id = " << concert
       << " AND sales_version <> version ORDER BY id";
  find.end();
  WriteTransaction transaction{connection};
  std::vector<ScheduleId> wrong;
  for (Rows rows = connection.ask(find, "look for missing sales figures"); rows.next();) wrong.push_back(rows.id<ScheduleId>(0));
  Sql write;
  for (const ScheduleId schedule : wrong) {
    Sql count;
    ask_for_figures(count, schedule);
    Rows rows = connection.ask(count, "count sales figures");
    if (rows.next()) write_figures(write, schedule, read_sales(rows), rows.integer(kSalesColumnCount));
  }
  if (write.is_empty()) return;
  connection.run(write, "put sales figures right");
  transaction.commit();
}

}  // namespace frontrow::mysql

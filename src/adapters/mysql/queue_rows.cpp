#include "adapters/mysql/queue_rows.hpp"

#include "ports/queue_text.hpp"

namespace frontrow::mysql {

QueueRow read_queue(const Rows& rows) {
  QueueRow row{.tail = rows.integer(0),
               .front = rows.integer(1),
               .late = rows.integer(2),
               .lapsed = rows.integer(3),
               .active = rows.integer(4),
               .expected = rows.integer(5),
               .admitted = rows.integer(6),
               .bucket = {},
               .flow = {},
               .is_on = rows.integer(7) != 0,
               .free_upto = rows.integer(8),
               .free_until = rows.time(9),
               .has_free_seats = rows.integer(10) != 0,
               .without_seats_at = rows.time(11),
               .version = rows.integer(12),
               .ticker = rows.integer(13),
               .ticker_until = rows.time(14)};
  if (!read_memory(rows.is_null(15) ? std::string_view{} : rows.text(15), row))
    throw Unavailable{"store", "the database holds an unknown memory of a queue"};
  return row;
}

void write_queue(Sql& sql, ConcertId concert, const QueueRow& row) {
  sql << "INSERT INTO queues (concert_id, tail, front, late, lapsed, active, expected, admitted, is_on, free_upto, free_until,"
         " has_free_seats, without_seats_at, version, ticker, ticker_until, memory) VALUES ";
  sql.row(concert,
          row.tail,
          row.front,
          row.late,
          row.lapsed,
          row.active,
          row.expected,
          row.admitted,
          row.is_on ? 1 : 0,
          row.free_upto,
          row.free_until,
          row.has_free_seats ? 1 : 0,
          row.without_seats_at,
          row.version,
          row.ticker,
          row.ticker_until,
          Text{memory_text(row)});
  sql << " ON DUPLICATE KEY UPDATE tail = VALUES(tail), front = VALUES(front), late = VALUES(late), lapsed = VALUES(lapsed),"
         " active = VALUES(active), expected = VALUES(expected), admitted = VALUES(admitted), is_on = VALUES(is_on),"
         " free_upto = VALUES(free_upto), free_until = VALUES(free_until), has_free_seats = VALUES(has_free_seats),"
         " without_seats_at = VALUES(without_seats_at), version = VALUES(version), ticker = VALUES(ticker),"
         " ticker_until = VALUES(ticker_until), memory = VALUES(memory)";
  sql.end();
}

TicketRow read_ticket(const Rows& rows, int column) {
  return {.number = rows.id<TicketNumber>(column),
          .user = rows.id<UserId>(column + 1),
          .state = static_cast<TicketState>(rows.integer(column + 2)),
          .issued_at = rows.time(column + 4),
          .admitted_at = rows.time(column + 5),
          .back_by = rows.time(column + 7),
          .seen_at = rows.time(column + 6),
          .was_paid = rows.integer(column + 3) != 0};
}

void write_tickets(Sql& sql, const std::vector<std::pair<ConcertId, TicketRow>>& rows) {
  insert_rows(
      sql,
      "INSERT INTO tickets (concert_id, number, user_id, state, was_paid, issued_at, admitted_at, seen_at, back_by) VALUES ",
      rows,
      [](Sql& out, const auto& entry) {
        const auto& [concert, row] = entry;
        out.row(concert,
                row.number,
                row.user,
                static_cast<int>(row.state),
                row.was_paid ? 1 : 0,
                row.issued_at,
                row.admitted_at,
                row.seen_at,
                row.back_by);
      },
      " ON DUPLICATE KEY UPDATE number = VALUES(number), state = VALUES(state), was_paid = VALUES(was_paid),"
      " issued_at = VALUES(issued_at), admitted_at = VALUES(admitted_at), seen_at = VALUES(seen_at), back_by = VALUES(back_by)");
}

const std::vector<std::int64_t>& TransactionTickets::numbers(const Sql& sql) {
  const auto [at, is_new] = asked_.try_emplace(std::string{sql.text()});
  if (is_new)
    for (Rows rows = connection_.ask(sql, "ask about a queue"); rows.next();) at->second.push_back(rows.integer(0));
  return at->second;
}

std::vector<std::int64_t> TransactionTickets::waiting(ConcertId concert, std::int64_t after, std::int64_t upto,
                                                      std::int64_t limit) {
  if (upto <= after) return {};
  Sql sql;
  sql << "SELECT waiting_number FROM tickets FORCE INDEX (idx_ticket_waiting) WHERE concert_id = " << concert
      << " AND waiting_number > " << after << " AND waiting_number <= " << upto << " ORDER BY waiting_number LIMIT " << limit;
  sql.end();
  return numbers(sql);
}

std::vector<std::int64_t> TransactionTickets::expected_again(ConcertId concert, std::int64_t upto, TimePoint now,
                                                             std::int64_t limit) {
  if (upto <= 0) return {};
  Sql sql;
  sql << "SELECT refused_number FROM tickets FORCE INDEX (idx_ticket_refused) WHERE concert_id = " << concert
      << " AND refused_number <= " << upto << " AND back_by >= " << now << " ORDER BY refused_number LIMIT " << limit;
  sql.end();
  return numbers(sql);
}

StoredTickets::Called TransactionTickets::called(ConcertId concert, std::int64_t after, std::int64_t upto, TimePoint now) {
  if (upto <= after) return {};
  Sql sql;
  sql << "SELECT count(*), coalesce(sum(back_by = 0), 0), coalesce(sum(back_by >= " << now
      << "), 0) FROM tickets FORCE INDEX (idx_ticket_waiting) WHERE concert_id = " << concert << " AND waiting_number > " << after
      << " AND waiting_number <= " << upto;
  sql.end();
  Rows rows = connection_.ask(sql, "count called people");
  if (!rows.next()) return {};
  return {.people = rows.integer(0), .missing = rows.integer(1), .expected_again = rows.integer(2)};
}

Inside TransactionTickets::inside(ConcertId concert, TimePoint now) {
  Sql sql;
  sql << "SELECT count(*), coalesce(sum(" << now
      << " - active_since), 0) FROM tickets FORCE INDEX (idx_ticket_active) WHERE concert_id = " << concert
      << " AND active_since IS NOT NULL";
  sql.end();
  Rows rows = connection_.ask(sql, "count the people inside");
  if (!rows.next()) return {};
  return {.people = rows.integer(0), .seconds = static_cast<double>(rows.integer(1)) / 1'000};
}

std::optional<std::int64_t> TransactionTickets::free_seats(ConcertId concert) {
  Sql sql;
  sql << "SELECT coalesce(sum(available_seats), 0), coalesce(sum(available_version <> version), 0) FROM schedules"
         " FORCE INDEX (idx_schedule_concert) WHERE deleted = 0 AND concert_id = "
      << concert;
  sql.end();
  Rows rows = connection_.ask(sql, "sum up free seats");
  if (!rows.next() || rows.integer(1) > 0) return std::nullopt;
  return rows.integer(0);
}

TickFacts::Reach TransactionTickets::reach(ConcertId concert, std::int64_t front, std::int64_t count) {
  Sql sql;
  sql << "SELECT max(waiting_number), count(*) FROM (SELECT waiting_number FROM tickets FORCE INDEX (idx_ticket_waiting)"
         " WHERE concert_id = "
      << concert << " AND waiting_number > " << front << " ORDER BY waiting_number LIMIT " << count << ") next_ones";
  sql.end();
  Rows rows = connection_.ask(sql, "find the next people");
  if (!rows.next() || rows.integer(1) == 0) return {.number = front, .people = 0};
  return {.number = rows.integer(0), .people = rows.integer(1)};
}

void lock_queues(Connection& connection, const std::vector<ConcertId>& concerts, WorkingSet& set) {
  const auto lock = [&] {
    Sql sql;
    for (const ConcertId concert : concerts) {
      sql << "SELECT " << kQueueColumns << " FROM queues WHERE concert_id = " << concert << " FOR UPDATE";
      sql.end();
    }
    return connection.run(sql, "lock the queues of a batch");
  };
  std::vector<Rows> results = lock();
  for (std::size_t i = 0; i < concerts.size(); ++i) {
    if (!results[i].next()) {
      Sql made;
      made << "INSERT INTO queues (concert_id, tail, front) VALUES (" << concerts[i]
           << ", 0, 0) ON DUPLICATE KEY UPDATE concert_id = VALUES(concert_id)";
      made.end();
      connection.run(made, "make a queue");
      results = lock();
      i = 0;
      results[0].next();
    }
    set.queue(concerts[i], read_queue(results[i])).is_stored_row = true;
  }
  set.stored_tickets = std::make_shared<TransactionTickets>(connection);
}

}  // namespace frontrow::mysql

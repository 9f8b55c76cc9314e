#include "adapters/mysql/queue_reader.hpp"

#include "adapters/mysql/queue_rows.hpp"

namespace frontrow::mysql {

namespace {

// Ids are given before their transactions commit, so a few that are lower than one that was seen may still come.
constexpr std::int64_t kMayStillCome = 2'000;
constexpr int kLeftAtOnce = 100'000;

class MysqlQueueReader final : public QueueReader {
 public:
  explicit MysqlQueueReader(std::shared_ptr<Pool> readers) : readers_(std::move(readers)) {}
  QueueRow row(ConcertId concert) override;
  std::optional<StoredTicket> ticket(const Holder& holder, TicketNumber number, TimePoint now) override;
  std::vector<TicketRow> inside(ConcertId concert) override;
  std::vector<TicketRow> silent(ConcertId concert, std::int64_t upto, TimePoint before, int limit) override;
  Left left(ConcertId concert, std::int64_t after) override;

 private:
  std::vector<TicketRow> tickets(const Sql& sql);

  const std::shared_ptr<Pool> readers_;
};

QueueRow MysqlQueueReader::row(ConcertId concert) {
  Sql sql;
  sql << "SELECT " << kQueueColumns << " FROM queues WHERE concert_id = " << concert;
  sql.end();
  return read_from(*readers_, [&](Connection& connection) {
    Rows rows = connection.ask(sql, "read a queue");
    return rows.next() ? read_queue(rows) : QueueRow{};
  });
}

// The reservations that a ticket made are found by their user.
std::optional<QueueReader::StoredTicket> MysqlQueueReader::ticket(const Holder& holder, TicketNumber number, TimePoint now) {
  Sql sql;
  sql << "SELECT " << kTicketColumns << " FROM tickets WHERE concert_id = " << holder.concert << " AND user_id = " << holder.user;
  sql.end();
  sql << "SELECT coalesce(max(IF(status = 'TEMPORARY' AND expires_at > " << now
      << ", expires_at, 0)), 0), coalesce(max(status = 'CONFIRMED'), 0) FROM reservations FORCE INDEX (idx_reservation_user_status)"
         " WHERE user_id = "
      << holder.user << " AND concert_id = " << holder.concert
      << " AND status IN ('TEMPORARY', 'CONFIRMED') AND ticket_number = " << number;
  sql.end();
  return read_from(*readers_, [&](Connection& connection) -> std::optional<StoredTicket> {
    std::vector<Rows> results = connection.run(sql, "read a ticket");
    if (!results[0].next()) return {};
    StoredTicket found{.row = read_ticket(results[0])};
    if (results[1].next()) found.holds_until = results[1].time(0);
    const bool was_paid = results[1].integer(1) != 0;
    if (found.row.number != number)
      found.row = {.number = number, .user = holder.user, .state = TicketState::ended, .issued_at = {}};
    found.row.was_paid = found.row.was_paid || was_paid;
    return found;
  });
}

std::vector<TicketRow> MysqlQueueReader::tickets(const Sql& sql) {
  return read_from(*readers_, [&](Connection& connection) {
    std::vector<TicketRow> found;
    for (Rows rows = connection.ask(sql, "read tickets"); rows.next();) found.push_back(read_ticket(rows));
    return found;
  });
}

std::vector<TicketRow> MysqlQueueReader::inside(ConcertId concert) {
  Sql sql;
  sql << "SELECT " << kTicketColumns << " FROM tickets FORCE INDEX (idx_ticket_active) WHERE concert_id = " << concert
      << " AND active_since IS NOT NULL";
  sql.end();
  return tickets(sql);
}

std::vector<TicketRow> MysqlQueueReader::silent(ConcertId concert, std::int64_t upto, TimePoint before, int limit) {
  if (upto <= 0) return {};
  Sql sql;
  sql << "SELECT " << kTicketColumns << " FROM tickets FORCE INDEX (idx_ticket_waiting) WHERE concert_id = " << concert
      << " AND waiting_number <= " << upto << " AND back_by <= " << before << " ORDER BY waiting_number LIMIT " << limit;
  sql.end();
  return tickets(sql);
}

QueueReader::Left MysqlQueueReader::left(ConcertId concert, std::int64_t after) {
  Sql sql;
  sql << "SELECT id, number FROM queue_left FORCE INDEX (idx_left_concert) WHERE concert_id = " << concert << " AND id > "
      << after - kMayStillCome << " ORDER BY id LIMIT " << kLeftAtOnce;
  sql.end();
  return read_from(*readers_, [&](Connection& connection) {
    Left left{.numbers = {}, .last = after};
    for (Rows rows = connection.ask(sql, "read who has left"); rows.next();) {
      left.numbers.push_back(rows.integer(1));
      left.last = std::max(left.last, rows.integer(0));
    }
    return left;
  });
}

}  // namespace

std::unique_ptr<QueueReader> open_queue_reader(std::shared_ptr<Pool> readers) {
  return std::make_unique<MysqlQueueReader>(std::move(readers));
}

}  // namespace frontrow::mysql

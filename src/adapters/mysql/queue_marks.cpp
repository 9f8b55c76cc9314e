#include "adapters/mysql/queue_marks.hpp"

#include <mutex>

#include "adapters/mysql/failure.hpp"

namespace frontrow::mysql {

namespace {

class MysqlQueueMarks final : public QueueMarks {
 public:
  MysqlQueueMarks(const Endpoint& primary, const ConnectionSettings& settings, std::shared_ptr<Pool> readers)
      : session_(primary, Role::writer, settings), readers_(std::move(readers)) {}
  RoomMarks update(ConcertId concert, const Change& change) override;
  std::vector<EndedPlace> completed(ConcertId concert, TimePoint now) override;
  std::vector<InsidePlace> holding(ConcertId concert, TimePoint now) override;
  Made made_with(ConcertId concert, TicketNumber number, UserId user, TimePoint now) override;

 private:
  RoomMarks update_once(ConcertId concert, const Change& change);

  std::mutex mutex_;
  Session session_;  // protected by mutex_
  const std::shared_ptr<Pool> readers_;
};

RoomMarks MysqlQueueMarks::update(ConcertId concert, const Change& change) {
  const std::lock_guard lock(mutex_);
  return at_edge([&] { return update_once(concert, change); });
}

RoomMarks MysqlQueueMarks::update_once(ConcertId concert, const Change& change) {
  Connection& connection = session_.ready();
  WriteTransaction transaction{connection};
  Sql sql;
  sql << "INSERT INTO queue_marks (concert_id, epoch, tail, front) VALUES (" << concert
      << ", 0, 0, 0) ON DUPLICATE KEY UPDATE concert_id = concert_id";
  sql.end();
  sql << "SELECT epoch, tail, front FROM queue_marks WHERE concert_id = " << concert << " FOR UPDATE";
  sql.end();
  std::vector<Rows> results = connection.run(sql, "lock the marks of a queue");
  if (!results[1].next()) throw Unavailable{kStore, "the marks of a queue are gone"};
  const RoomMarks stored{
      .epoch = static_cast<std::uint16_t>(results[1].integer(0)), .tail = results[1].integer(1), .front = results[1].integer(2)};
  const auto next = change(stored);
  if (!next) return stored;  // rolls back: there was nothing to keep
  Sql write;
  write << "UPDATE queue_marks SET epoch = " << next->epoch << ", tail = " << next->tail << ", front = " << next->front
        << " WHERE concert_id = " << concert;
  write.end();
  connection.run(write, "raise the marks of a queue");
  transaction.commit();
  return *next;
}

std::vector<EndedPlace> MysqlQueueMarks::completed(ConcertId concert, TimePoint now) {
  Sql sql;
  sql << "SELECT ticket_number, MAX(user_id) FROM reservations FORCE INDEX (idx_reservation_concert_status) WHERE concert_id = "
      << concert
      << " AND status IN ('TEMPORARY', 'CONFIRMED') AND ticket_number > 0 GROUP BY ticket_number HAVING MAX(status = 'CONFIRMED') "
         "= 1"
         " AND MAX(IF(status = 'TEMPORARY', expires_at, 0)) <= "
      << now;
  sql.end();
  return read_from(*readers_, [&](Connection& connection) {
    std::vector<EndedPlace> found;
    for (Rows rows = connection.ask(sql, "find completed tickets"); rows.next();)
      found.push_back({.number = rows.id<TicketNumber>(0), .user = rows.id<UserId>(1), .was_paid = true});
    return found;
  });
}

std::vector<InsidePlace> MysqlQueueMarks::holding(ConcertId concert, TimePoint now) {
  Sql sql;
  sql << "SELECT ticket_number, user_id, MIN(created_at), MAX(expires_at) FROM reservations"
         " FORCE INDEX (idx_reservation_concert_status) WHERE concert_id = "
      << concert << " AND status = 'TEMPORARY' AND ticket_number > 0 AND due_at > " << now << " GROUP BY ticket_number, user_id";
  sql.end();
  return read_from(*readers_, [&](Connection& connection) {
    std::vector<InsidePlace> found;
    for (Rows rows = connection.ask(sql, "find tickets with a live hold"); rows.next();)
      found.push_back({.number = rows.id<TicketNumber>(0),
                       .user = rows.id<UserId>(1),
                       .issued_at = rows.time(2),
                       .admitted_at = rows.time(2),
                       .seen_at = rows.time(2),
                       .holds_until = rows.time(3)});
    return found;
  });
}

QueueMarks::Made MysqlQueueMarks::made_with(ConcertId concert, TicketNumber number, UserId user, TimePoint now) {
  Sql sql;
  sql << "SELECT MAX(IF(status = 'TEMPORARY', expires_at, NULL)), MAX(status = 'CONFIRMED') FROM reservations"
         " FORCE INDEX (idx_reservation_user_status) WHERE user_id = "
      << user << " AND status IN ('TEMPORARY', 'CONFIRMED') AND concert_id = " << concert << " AND ticket_number = " << number;
  sql.end();
  return read_from(*readers_, [&](Connection& connection) {
    Rows rows = connection.ask(sql, "find what a ticket made");
    Made made;
    if (!rows.next()) return made;
    if (const auto until = rows.maybe_time(0); until && *until > now) made.holds_until = until;
    made.has_paid = rows.integer(1) != 0;
    return made;
  });
}

}  // namespace

std::unique_ptr<QueueMarks> open_queue_marks(const Endpoint& primary, const ConnectionSettings& settings,
                                             std::shared_ptr<Pool> readers) {
  return std::make_unique<MysqlQueueMarks>(primary, settings, std::move(readers));
}

}  // namespace frontrow::mysql

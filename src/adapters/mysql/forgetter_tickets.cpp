// The tickets of sales that ended long ago. Now and then all concerts are walked over, some at a time: a sale's end is not stored,
// because it follows from its dates.
#include <algorithm>

#include "adapters/mysql/forgetter.hpp"

namespace frontrow::mysql {

namespace {

constexpr int kConcertsAtOnce = 200;
constexpr Duration kWalkEvery = std::chrono::hours{1};

using LeftId = StrongId<struct LeftTag>;  // queue_left.id

// As is_sale_over() in domain/catalog.
void write_is_over(Sql& sql, TimePoint before) {
  sql << "(c.deleted = 1 OR ifnull(c.booking_closes_at <= " << before
      << ", 0) OR (EXISTS (SELECT 1 FROM schedules s FORCE INDEX (idx_schedule_concert) WHERE s.concert_id = c.id)"
         " AND NOT EXISTS (SELECT 1 FROM schedules s FORCE INDEX (idx_schedule_concert) WHERE s.concert_id = c.id"
         " AND s.starts_at + c.sales_end_offset_minutes * 60000 > "
      << before << ")))";
}

}  // namespace

// Moves on to the next concert whose sale is over and that has tickets, among the next few. False when there is none.
bool Forgetter::find_ended_sale(Connection& connection, TimePoint before) {
  WriteTransaction transaction{connection};
  Sql sql;
  sql << "SELECT c.id, (EXISTS (SELECT 1 FROM tickets t WHERE t.concert_id = c.id) OR EXISTS (SELECT 1 FROM queue_left l"
         " FORCE INDEX (idx_left_concert) WHERE l.concert_id = c.id)) AND ";
  write_is_over(sql, before);
  sql << " FROM concerts c FORCE INDEX (PRIMARY) WHERE c.id > " << concert_ << " ORDER BY c.id LIMIT " << kConcertsAtOnce;
  sql.end();
  int looked_at = 0;
  for (Rows rows = connection.ask(sql, "look for ended sales"); rows.next(); ++looked_at) {
    concert_ = rows.id<ConcertId>(0);
    if (rows.integer(1) == 0) continue;
    ended_ = concert_;
    ticket_after_ = {};
    return true;
  }
  if (looked_at < kConcertsAtOnce) {
    concert_ = {};
    walked_before_ = before;
  }
  return false;
}

int Forgetter::forget_tickets(Connection& connection, TimePoint before, int limit) {
  if (!ended_) {
    if (!concert_ && before < walked_before_ + kWalkEvery) return 0;
    if (!find_ended_sale(connection, before)) return 0;
  }
  WriteTransaction transaction{connection};
  Sql find;
  find << "SELECT user_id FROM tickets FORCE INDEX (PRIMARY) WHERE concert_id = " << ended_ << " AND user_id > " << ticket_after_
       << " ORDER BY user_id LIMIT " << limit << " FOR UPDATE NOWAIT";
  find.end();
  find << "SELECT id FROM queue_left FORCE INDEX (idx_left_concert) WHERE concert_id = " << ended_ << " ORDER BY id LIMIT "
       << limit;
  find.end();
  std::vector<Rows> results = connection.run(find, "look for tickets of an ended sale");
  std::vector<UserId> users;
  std::vector<LeftId> left;
  while (results[0].next()) users.push_back(results[0].id<UserId>(0));
  while (results[1].next()) left.push_back(results[1].id<LeftId>(0));
  Sql sql;
  in_stretches(users, [&](auto stretch) {
    sql << "DELETE tickets FROM tickets FORCE INDEX (PRIMARY) WHERE concert_id = " << ended_ << " AND user_id IN " << List{stretch};
    sql.end();
  });
  in_stretches(left, [&](auto stretch) {
    sql << "DELETE queue_left FROM queue_left FORCE INDEX (PRIMARY) WHERE id IN " << List{stretch};
    sql.end();
  });
  if (!sql.is_empty()) {
    connection.run(sql, "delete tickets of an ended sale");
    transaction.commit();
  }
  if (!users.empty()) ticket_after_ = users.back();
  if (std::ssize(users) < limit && std::ssize(left) < limit) ended_ = {};
  return static_cast<int>(users.size());
}

}  // namespace frontrow::mysql

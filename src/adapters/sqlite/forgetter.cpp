#include "adapters/sqlite/forgetter.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "domain/catalog.hpp"

namespace frontrow::sqlite {

namespace {

struct Key {
  std::int64_t owner, operation;
  std::array<std::byte, 16> hash;
  friend auto operator<=>(const Key&, const Key&) = default;
};

std::vector<Key> read_keys(Rows rows) {
  std::vector<Key> keys;
  while (rows.next()) {
    Key& key = keys.emplace_back(Key{.owner = rows.integer(0), .operation = rows.integer(1), .hash = {}});
    std::ranges::copy(rows.bytes(2).first(key.hash.size()), key.hash.begin());
  }
  std::ranges::sort(keys);  // the order of the table, so that a page is written once
  return keys;
}

// Seats and dates are what other tables point to, and for each that goes SQLite would search these from end to end: there is no
// index for it. Nothing points to those of a draft.
class WithoutForeignKeys {
 public:
  explicit WithoutForeignKeys(Connection& connection) : connection_(connection) { connection_.run("PRAGMA foreign_keys=OFF"); }
  ~WithoutForeignKeys() { sqlite3_exec(connection_.raw(), "PRAGMA foreign_keys=ON", nullptr, nullptr, nullptr); }
  WithoutForeignKeys(const WithoutForeignKeys&) = delete;
  WithoutForeignKeys& operator=(const WithoutForeignKeys&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

Forgetter::Forgetter(Connection& connection)
    : connection_(connection),
      old_keys_(connection,
                "SELECT owner, operation, key_hash FROM idempotency INDEXED BY idx_key_age WHERE created_at < ?1"
                " ORDER BY created_at LIMIT ?2"),
      delete_key_(connection, "DELETE FROM idempotency WHERE owner = ?1 AND operation = ?2 AND key_hash = ?3"),
      horizon_(connection, "SELECT first_id, gone_until FROM event_horizon WHERE id = 1"),
      next_events_(connection, "SELECT id, occurred_at FROM events WHERE id >= ?1 ORDER BY id LIMIT ?2"),
      delete_events_(connection, "DELETE FROM events WHERE id < ?1"),
      move_horizon_(connection, "UPDATE event_horizon SET first_id = ?1, gone_until = ?2 WHERE id = 1"),
      old_draft_(connection, "SELECT concert_id FROM drafts WHERE going = 1 OR begun_at < ?1 ORDER BY concert_id LIMIT 1"),
      draft_goes_(connection, "UPDATE drafts SET going = 1 WHERE concert_id = ?1"),
      last_date_(connection,
                 "SELECT id, first_seat_id, seat_count FROM schedules INDEXED BY idx_schedule_concert WHERE concert_id = ?1"
                 " ORDER BY id DESC LIMIT 1"),
      delete_seats_(connection, "DELETE FROM seats WHERE id >= ?1 AND id < ?2"),
      fewer_seats_(connection,
                   "UPDATE schedules SET seat_count = seat_count - ?2, available_seats = available_seats - ?2 WHERE id = ?1"),
      delete_sections_(connection, "DELETE FROM sections WHERE schedule_id = ?1"),
      delete_date_(connection, "DELETE FROM schedules WHERE id = ?1"),
      delete_draft_(connection, "DELETE FROM drafts WHERE concert_id = ?1"),
      delete_concert_(connection, "DELETE FROM concerts WHERE id = ?1") {}

Forgetter::OldEvents Forgetter::old_events(TimePoint before, int limit, EventId last_event) {
  OldEvents old;
  if (Rows rows = horizon_.rows(); rows.next()) old.horizon = {.first = rows.id<EventId>(0), .gone_until = rows.time(1)};
  for (Rows rows = next_events_.rows(old.horizon.first, limit); rows.next(); ++old.count) {
    const auto id = rows.id<EventId>(0);
    if (rows.time(1) >= before || id >= last_event) break;
    old.horizon = {.first = {id.value + 1}, .gone_until = std::max(old.horizon.gone_until, rows.time(1))};
  }
  return old;
}

// Returns how many rows it has deleted. The rules of the audit hold after each step: a date has the seats that it counts.
int Forgetter::forget_draft(TimePoint before, int limit) {
  ConcertId draft;
  if (Rows rows = old_draft_.rows(before); rows.next()) draft = rows.id<ConcertId>(0);
  if (!draft) return 0;
  const WithoutForeignKeys while_it_goes{connection_};
  WriteTransaction transaction{connection_};
  draft_goes_.run(draft);
  const int deleted = shrink(draft, limit);
  transaction.commit();
  return deleted;
}

int Forgetter::shrink(ConcertId draft, int limit) {
  Schedule date;
  if (Rows rows = last_date_.rows(draft); rows.next())
    date = {.id = rows.id<ScheduleId>(0),
            .concert = draft,
            .starts_at = {},
            .first_seat = rows.id<SeatId>(1),
            .seat_count = rows.integer(2)};
  if (date.seat_count > 0) {
    const std::int64_t end = date.first_seat.value + date.seat_count, some = std::min<std::int64_t>(limit, date.seat_count);
    delete_seats_.run(end - some, end);
    fewer_seats_.run(date.id, some);
    return static_cast<int>(some);
  }
  if (date.id) {
    delete_sections_.run(date.id);
    delete_date_.run(date.id);
  } else {
    delete_draft_.run(draft);
    delete_concert_.run(draft);
  }
  return 1;
}

Forgotten Forgetter::forget(const KeptSince& since, int limit, EventId last_event) {
  const std::vector<Key> keys = read_keys(old_keys_.rows(since.keys, limit));
  const OldEvents events = old_events(since.events, limit, last_event);
  if (!keys.empty() || events.count > 0) {
    WriteTransaction transaction{connection_};
    for (const Key& key : keys) delete_key_.run(key.owner, key.operation, Bytes{key.hash});
    if (events.count > 0) {
      delete_events_.run(events.horizon.first);
      move_horizon_.run(events.horizon.first, events.horizon.gone_until);
    }
    transaction.commit();
  }
  const auto deleted = static_cast<int>(keys.size());
  const int drafts = forget_draft(since.drafts, limit);
  return {.keys = deleted,
          .events = events.count,
          .drafts = drafts,
          .has_more = deleted == limit || events.count == limit || drafts > 0,
          .first_event = events.horizon.first};
}

}  // namespace frontrow::sqlite

#include "adapters/mysql/loader.hpp"

#include <algorithm>
#include <iterator>

#include "adapters/mysql/deed_rows.hpp"
#include "adapters/sql/keys.hpp"
#include "domain/hoarding.hpp"

namespace frontrow::mysql {

namespace {

void lock_accounts(Sql& sql, std::span<const UserId> users) {
  sql << "SELECT user_id FROM accounts FORCE INDEX (PRIMARY) WHERE user_id IN " << List{users}
      << " ORDER BY user_id FOR UPDATE NOWAIT";
}

void lock_rows_of_seats(Sql& sql, std::span<const SeatId> seats) {
  sql << "SELECT " << kSeatColumns << " FROM seats FORCE INDEX (PRIMARY) WHERE id IN " << List{seats}
      << " ORDER BY id FOR UPDATE NOWAIT";
}

void lock_reservations(Sql& sql, std::span<const ReservationId> reservations) {
  sql << "SELECT id FROM reservations FORCE INDEX (PRIMARY) WHERE id IN " << List{reservations} << " ORDER BY id FOR UPDATE NOWAIT";
}

}  // namespace

void Loader::load() {
  make_ready(keys_);
  read_subjects();
  lock_concerts();
  resolve();
  lock_users();
  if (!keys_.queues.empty()) lock_queues(connection_, keys_.queues, set_);
  read_used_passes();
  lock_seats();
  read_operators();
  look_for_sales();
  read_of_seats();
}

// A subject that is not there may be another pod's in a moment: the insert finds out (Writer::write_subjects).
void Loader::read_subjects() {
  if (keys_.subjects.empty()) return;
  Sql sql;
  in_stretches(keys_.subjects, [&](auto stretch) { ask_for_users(sql, stretch); });
  for (Rows& rows : connection_.run(sql, "read the users of subjects"))
    while (rows.next())
      set_.users.emplace(Subject{.issuer = std::string(rows.text(0)), .text = std::string(rows.text(1))}, rows.id<UserId>(2));
}

// Phase 0. A concert or schedule that is only looked at is not locked: a change of it meanwhile is simply later.
void Loader::resolve() {
  Sql catalog, hints;
  ask_for_catalog(catalog);
  ask_for_hints(hints);
  const std::size_t catalogs = catalog.ends().size();
  Sql both = std::move(catalog);
  both.append(hints);
  if (both.is_empty()) return;
  std::vector<Rows> results = connection_.run(both, "resolve a batch");
  for (std::size_t i = 0; i < results.size(); ++i) {
    Rows& rows = results[i];
    if (i < catalogs) {
      read_catalog(rows);
      continue;
    }
    while (rows.next()) {
      leads_.push_back({.reservation = rows.id<ReservationId>(0),
                        .named_seat = rows.id<SeatId>(1),
                        .owner = rows.id<UserId>(2),
                        .seat = rows.id<SeatId>(3)});
      const Lead& lead = leads_.back();
      if (!lead.owner || !std::ranges::binary_search(keys_.tickets_of, lead.reservation)) continue;
      keys_.holders.push_back({lead.owner, rows.id<ConcertId>(4)});
      keys_.tickets.push_back(keys_.holders.back());
    }
  }
  for (const Lead& lead : leads_) keys_.seats.push_back(lead.seat);
  sort_and_drop_repeats(keys_.seats);
}

// The owners and the seats of the named reservations, as long as these are held: a reservation that is over or sold never changes
// again, and needs no lock. Also the seats of the reservations whose hold on a named seat is over.
void Loader::ask_for_hints(Sql& sql) {
  in_stretches(keys_.reservations, [&](auto stretch) {
    sql << "SELECT r.id, NULL, r.user_id, rs.seat_id, r.concert_id FROM reservations r FORCE INDEX (PRIMARY)" << kReservationJoin
        << "WHERE r.id IN " << List{stretch} << " AND r.status = 'TEMPORARY'";
    sql.end();
  });
  in_stretches(keys_.seats, [&](auto stretch) {
    sql << "SELECT rs.reservation_id, s.id, NULL, rs.seat_id, NULL FROM seats s FORCE INDEX (PRIMARY)"
           " STRAIGHT_JOIN reservation_seats rs FORCE INDEX (PRIMARY) ON rs.reservation_id = s.reservation_id WHERE s.id IN "
        << List{stretch} << " AND s.status = 'TEMPORARILY_RESERVED' AND s.held_until <= ";
    time_.write(sql);
    sql << " + " << kReadAhead.count();
    sql.end();
  });
}

std::vector<UserId> Loader::users() const {
  std::vector<UserId> users = keys_.accounts;
  for (const Holder& holder : keys_.holders) users.push_back(holder.user);
  for (const Holder& holder : keys_.unpaid_of) users.push_back(holder.user);
  for (const Holder& holder : keys_.tickets) users.push_back(holder.user);
  for (const Lead& lead : leads_)
    if (lead.owner) users.push_back(lead.owner);
  for (const IdempotencyKey& key : keys_.idempotency)
    if (key.operation != Operation::use_pass) users.push_back(key.owner);
  sort_and_drop_repeats(users);
  return users;
}

// The guard rows, made where there were none.
void Loader::lock(Sql& sql, const std::vector<UserId>& users) {
  in_stretches(users, [&](auto stretch) {
    lock_accounts(sql, stretch);
    sql.end();
  });
  insert_rows(
      sql,
      "INSERT INTO accounts (user_id, balance) VALUES ",
      users,
      [](Sql& out, UserId user) { out.row(user, 0); },
      " ON DUPLICATE KEY UPDATE user_id = VALUES(user_id)");
}

void Loader::ask_for_balances(Sql& sql) const {
  in_stretches(keys_.accounts, [&](auto stretch) {
    sql << "SELECT user_id, balance FROM accounts FORCE INDEX (PRIMARY) WHERE user_id IN " << List{stretch};
    sql.end();
  });
}

void Loader::ask_for_answers(Sql& sql) const {
  in_stretches(keys_.idempotency, [&](auto stretch) {
    sql << "SELECT " << kIdempotencyColumns << " FROM idempotency FORCE INDEX (PRIMARY) WHERE ";
    write_keys(sql, stretch);
    sql.end();
  });
}

// Under the lock of the queue, and not under an owner's, which would be one for all passes. Two joins in different concerts that
// use one pass at the same moment meet at the primary key, and the later batch is decided again.
void Loader::read_used_passes() {
  std::vector<IdempotencyKey> passes;
  for (const IdempotencyKey& key : keys_.idempotency)
    if (key.operation == Operation::use_pass) passes.push_back(key);
  if (passes.empty()) return;
  Sql sql;
  in_stretches(passes, [&](auto stretch) {
    sql << "SELECT " << kIdempotencyColumns << " FROM idempotency FORCE INDEX (PRIMARY) WHERE ";
    write_keys(sql, stretch);
    sql.end();
  });
  for (Rows& rows : connection_.run(sql, "read the used passes"))
    while (rows.next()) {
      const IdempotencyRecord record = read_idempotency(rows);
      set_.known_keys.emplace(record.key, record);
    }
}

void Loader::ask_for_tickets(Sql& sql) const {
  std::map<ConcertId, std::vector<UserId>> users;
  for (const Holder& holder : keys_.tickets) users[holder.concert].push_back(holder.user);
  for (const auto& [concert, of] : users)
    in_stretches(of, [&](auto stretch) {
      sql << "SELECT concert_id, " << kTicketColumns << " FROM tickets FORCE INDEX (PRIMARY) WHERE concert_id = " << concert
          << " AND user_id IN " << List{stretch};
      sql.end();
    });
}

void Loader::ask_for_live(Sql& sql) const {
  in_stretches(keys_.holders, [&](auto stretch) {
    sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns
        << " FROM reservations r FORCE INDEX (idx_reservation_user_status)" << kReservationJoin
        << "WHERE r.status IN ('TEMPORARY', 'CONFIRMED') AND (";
    bool is_first = true;
    for (const Holder& holder : stretch) {
      if (!is_first) sql << " OR ";
      is_first = false;
      sql << "(r.user_id = " << holder.user << " AND r.concert_id = " << holder.concert << ")";
    }
    sql << ")";
    sql.end();
  });
}

// After the live ones: a hold that another batch ends meanwhile is in the first answer or in the second, or in both.
void Loader::ask_for_unpaid(Sql& sql) const {
  in_stretches(keys_.unpaid_of, [&](auto stretch) {
    sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns
        << " FROM reservations r FORCE INDEX (idx_reservation_user_time)" << kReservationJoin
        << "WHERE r.status IN ('EXPIRED', 'CANCELLED') AND r.ended_at > ";
    time_.write(sql);
    sql << " - " << kUnpaidWindow.count() << " AND (";
    bool is_first = true;
    for (const Holder& holder : stretch) {
      if (!is_first) sql << " OR ";
      is_first = false;
      sql << "(r.user_id = " << holder.user << " AND r.created_at > ";
      time_.write(sql);
      sql << " - " << (kUnpaidWindow + kLongestHold).count() << " AND r.concert_id = " << holder.concert << ")";
    }
    sql << ")";
    sql.end();
  });
}

// Phase 1, and in the same round trip phase 2: the rows that no other batch changes from now on.
void Loader::lock_users() {
  sort_and_drop_repeats(keys_.holders);
  sort_and_drop_repeats(keys_.tickets);
  const std::vector<UserId> guarded = users();
  if (guarded.empty()) return;
  Sql sql;
  lock(sql, guarded);
  const std::size_t locks = sql.ends().size();
  ask_for_balances(sql);
  const std::size_t balances = sql.ends().size();
  ask_for_answers(sql);
  const std::size_t answers = sql.ends().size();
  ask_for_live(sql);
  const std::size_t live = sql.ends().size();
  ask_for_unpaid(sql);
  const std::size_t unpaid = sql.ends().size();
  ask_for_tickets(sql);
  std::vector<Rows> results = locks_.run(sql, "lock the users of a batch", [&] { return blocked_users(guarded); });
  for (std::size_t i = locks; i < balances; ++i)
    for (Rows& rows = results[i]; rows.next();)
      set_.accounts.emplace(rows.id<UserId>(0), AccountRecord{.account = {rows.id<UserId>(0), rows.points(1)}});
  for (std::size_t i = balances; i < answers; ++i)
    for (Rows& rows = results[i]; rows.next();) {
      const IdempotencyRecord record = read_idempotency(rows);
      set_.known_keys.emplace(record.key, record);
    }
  for (std::size_t i = answers; i < live; ++i) read_into(live_, results[i]);
  for (std::size_t i = live; i < unpaid; ++i) read_into(unpaid_, results[i]);
  for (const Holder& holder : keys_.tickets)
    set_.tickets.emplace(holder, TicketRow{.number = {}, .user = holder.user, .state = TicketState::ended, .issued_at = {}});
  for (std::size_t i = unpaid; i < results.size(); ++i)
    for (Rows& rows = results[i]; rows.next();) {
      const TicketRow row = read_ticket(rows, 1);
      set_.tickets.at({row.user, rows.id<ConcertId>(0)}) = row;
    }
}

Blocked Loader::blocked_users(const std::vector<UserId>& users) {
  const std::vector<UserId> busy = locks_.busy_among(users, lock_accounts);
  Blocked blocked{.users = {busy.begin(), busy.end()}};
  for (const Lead& lead : leads_)
    if (blocked.users.contains(lead.owner)) blocked.reservations.insert(lead.reservation);
  return blocked;
}

void Loader::read_into(std::map<ReservationId, Reservation>& found, Rows& rows) {
  while (rows.next()) read_reservation_row(rows, found[rows.id<ReservationId>(0)]);
}

// Phase 3: every transition of a reservation locks all its seats, so these and their reservations stand still from here on. The
// rows of reservations that may end are locked for the same reason as all rows: an operator's session may have them.
void Loader::lock_seats() {
  std::vector<SeatId> seats;
  std::ranges::set_union(keys_.seats, keys_.seat_rows, std::back_inserter(seats));
  if (seats.empty()) return;
  std::vector<ReservationId> reservations;
  for (const Lead& lead : leads_) reservations.push_back(lead.reservation);
  sort_and_drop_repeats(reservations);
  Sql sql;
  in_stretches(seats, [&](auto stretch) {
    lock_rows_of_seats(sql, stretch);
    sql.end();
  });
  const std::size_t rows_of_seats = sql.ends().size();
  in_stretches(reservations, [&](auto stretch) {
    lock_reservations(sql, stretch);
    sql.end();
  });
  std::vector<Rows> results = locks_.run(sql, "lock the seats of a batch", [&] { return blocked_seats(seats, reservations); });
  for (std::size_t i = 0; i < rows_of_seats; ++i)
    for (Rows& rows = results[i]; rows.next();) set_.seats.emplace(rows.id<SeatId>(0), SeatRecord{.seat = read_seat(rows)});
}

Blocked Loader::blocked_seats(const std::vector<SeatId>& seats, const std::vector<ReservationId>& reservations) {
  const std::vector<SeatId> busy_seats = locks_.busy_among(seats, lock_rows_of_seats);
  const std::vector<ReservationId> busy = locks_.busy_among(reservations, lock_reservations);
  Blocked blocked{.seats = {busy_seats.begin(), busy_seats.end()}, .reservations = {busy.begin(), busy.end()}};
  const Blocked rows = blocked;
  for (const Lead& lead : leads_) {
    if (!rows.seats.contains(lead.seat) && !rows.reservations.contains(lead.reservation)) continue;
    if (lead.named_seat) blocked.seats.insert(lead.named_seat);
    blocked.reservations.insert(lead.reservation);
  }
  return blocked;
}

// All who change accounts stand in the line of those who add deeds, which they do, too.
void Loader::read_operators() {
  if (!keys_.operators) return;
  lock_deeds(connection_);
  for (Operator& account : frontrow::mysql::read_operators(connection_)) set_.operators.emplace(account.id, std::move(account));
}

// The named reservations and those that answers tell of.
std::vector<ReservationId> Loader::named() const {
  std::vector<ReservationId> ids = keys_.reservations;
  for (const auto& [key, record] : set_.known_keys)
    if (key.operation == Operation::hold || key.operation == Operation::pay) ids.push_back({record.result});
  sort_and_drop_repeats(ids);
  return ids;
}

void Loader::ask_for_reservations(Sql& sql) {
  const std::vector<ReservationId> wanted = named();
  std::vector<ReservationId> ids = wanted;
  for (const SeatId id : keys_.seats)
    if (const SeatRecord* record = set_.seat(id); record != nullptr && record->seat.status == SeatStatus::held)
      ids.push_back(record->seat.reservation);
  sort_and_drop_repeats(ids);
  in_stretches(ids, [&](auto stretch) {
    sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns << ", " << kPaymentColumns
        << " FROM reservations r FORCE INDEX (PRIMARY)" << kReservationJoin
        << "LEFT JOIN payments p ON p.reservation_id = r.id WHERE r.id IN " << List{stretch} << " AND (r.expires_at <= ";
    time_.write(sql);
    sql << " + " << kReadAhead.count();
    if (!wanted.empty()) sql << " OR r.id IN " << List{wanted};
    sql << ")";
    sql.end();
  });
}

// Phases 4 and 5: the reservations in front of the time, so that every hold that is over by then has been read.
void Loader::read_of_seats() {
  Sql sql;
  ask_for_reservations(sql);
  sql << "SELECT ";
  time_.write(sql);
  sql.end();
  std::vector<Rows> results = connection_.run(sql, "read the reservations of a batch");
  std::map<ReservationId, ReservationRecord> read;
  for (std::size_t i = 0; i + 1 < results.size(); ++i) {
    for (Rows& rows = results[i]; rows.next();) {
      ReservationRecord& record = read[rows.id<ReservationId>(0)];
      read_reservation_row(rows, record.reservation);
      record.payment = read_payment(rows, kReservationAndSeatColumnCount);
    }
  }
  if (results.back().next()) set_.now = results.back().time(0);
  // Rows read under the seats' locks are newer than rows read under the users'.
  for (auto* each : {&unpaid_, &live_})  // what is in both has ended meanwhile
    for (auto& [id, reservation] : *each)
      read.try_emplace(id, ReservationRecord{.reservation = std::move(reservation), .stored = {}});
  for (auto& [id, record] : read) {
    std::ranges::sort(record.reservation.seats, {}, &ReservedSeat::id);
    record.stored = record.reservation.status;
    set_.load_reservation(std::move(record));
  }
}

}  // namespace frontrow::mysql

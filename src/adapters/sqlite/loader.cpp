#include "adapters/sqlite/loader.hpp"

#include <algorithm>
#include <iterator>

#include "adapters/sql/deeds.hpp"
#include "adapters/sql/keys.hpp"
#include "domain/hoarding.hpp"

namespace frontrow::sqlite {

namespace {

// The condition on the status is word for word that of the index: only then SQLite knows that the index has all rows.
constexpr Literal kLiveOfUser =
    "FROM reservations r INDEXED BY idx_live_of_user WHERE user_id = ?1 AND concert_id = ?2"
    " AND (status = 'TEMPORARY' OR status = 'CONFIRMED')";

// A reservation that ended within the past hour was made within the longest hold before it.
constexpr Literal kUnpaidOfUser =
    "FROM reservations r INDEXED BY idx_reservation_user_time WHERE user_id = ?1 AND created_at > ?3 AND concert_id = ?2"
    " AND (status = 'EXPIRED' OR status = 'CANCELLED') AND ended_at > ?4";

}  // namespace

Loader::Loader(Connection& connection)
    : reservations_(connection),
      idempotency_(connection),
      balance_(connection, "SELECT balance FROM accounts WHERE user_id = ?1"),
      live_of_user_(connection, select(kReservationColumns, kLiveOfUser)),
      unpaid_of_user_(connection, select(kReservationColumns, kUnpaidOfUser)),
      seat_(connection, select(kSeatColumns, "FROM seats WHERE id = ?1")),
      concert_(connection, select(kConcertColumns, "FROM concerts WHERE id = ?1")),
      schedule_(connection, select(kScheduleColumns, "FROM schedules WHERE id = ?1")),
      dates_(connection, select(kScheduleColumns, "FROM schedules INDEXED BY idx_schedule_concert WHERE concert_id = ?1")),
      draft_(connection, "SELECT concert_id, begun_at, going FROM drafts WHERE concert_id = ?1"),
      sections_(connection,
                select(kSectionColumns, "FROM sections INDEXED BY idx_section_schedule WHERE schedule_id = ?1 ORDER BY id")),
      // By the number in the row; seats are looked at only where that is of another version.
      has_sales_(connection,
                 "SELECT EXISTS (SELECT 1 FROM schedules INDEXED BY idx_schedule_concert WHERE concert_id = ?1 AND"
                 " CASE WHEN available_version = version THEN available_seats < seat_count"
                 " ELSE EXISTS (SELECT 1 FROM seats WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count"
                 " AND status <> 'AVAILABLE') END)"),
      user_of_(connection, kUserOfSubject),
      operators_(connection, select(kOperatorColumns, "FROM operators")) {}

void Loader::load(Keys& keys, const Clock& clock, WorkingSet& set) {
  make_ready(keys);
  read_catalog(keys, set);
  read_subjects(keys, set);
  read_operators(keys, set);
  resolve(keys, set);                                  // 0
  lock_users(keys, set);                               // 1
  read_of_users(keys, clock.now(), set);               // 2
  lock_seats(keys, set);                               // 3
  read_of_seats(keys, clock.now() + kReadAhead, set);  // 4
  set.now = clock.now();                               // 5
}

void Loader::read_catalog(const Keys& keys, WorkingSet& set) {
  for (const ConcertId id : keys.concerts)
    if (Rows rows = concert_.rows(id); rows.next()) set.concerts.emplace(id, read_concert(rows));
  for (const ConcertId id : keys.changed_concerts) {
    Rows rows = dates_.rows(id);
    while (rows.next()) set.schedules.emplace(rows.id<ScheduleId>(0), read_schedule(rows));
  }
  for (const ConcertId id : keys.drafts)
    if (Rows rows = draft_.rows(id); rows.next()) set.drafts.emplace(id, read_draft(rows));
  for (const ConcertId id : keys.sales_of)
    if (Rows rows = has_sales_.rows(id); rows.next() && rows.small(0) != 0) set.concerts_with_sales.insert(id);
  for (const ScheduleId id : keys.sections_of) {
    std::vector<Section>& sections = set.sections[id];
    Rows rows = sections_.rows(id);
    while (rows.next()) sections.push_back(read_section(rows));
  }
  for (const ScheduleId id : keys.schedules)
    if (Rows rows = schedule_.rows(id); rows.next()) set.schedules.emplace(id, read_schedule(rows));
}

void Loader::read_operators(const Keys& keys, WorkingSet& set) {
  if (!keys.operators) return;
  for (Rows rows = operators_.rows(); rows.next();) {
    Operator account = read_operator(rows);
    set.operators.emplace(account.id, std::move(account));
  }
}

// Phase 0: the seats of named reservations. It comes before the reservations of users, because these come with their
// payment, and the set keeps the first version that it gets.
void Loader::resolve(Keys& keys, WorkingSet& set) {
  for (const ReservationId id : keys.reservations) {
    load_with_payment(id, set);
    const ReservationRecord* record = set.reservation(id);
    if (record == nullptr) continue;
    for (const ReservedSeat& seat : record->reservation.seats) keys.seats.push_back(seat.id);
  }
  sort_and_drop_repeats(keys.seats);
}

// Phase 1: the users' own rows.
void Loader::lock_users(const Keys& keys, WorkingSet& set) {
  for (const UserId user : keys.accounts) {
    Rows rows = balance_.rows(user);
    set.accounts.emplace(user, AccountRecord{.account = {user, rows.next() ? rows.points(0) : Points{}}});
  }
}

// Rows that never change.
void Loader::read_subjects(const Keys& keys, WorkingSet& set) {
  for (const Subject& subject : keys.subjects)
    if (Rows rows = user_of_.rows(bytes_of(subject.issuer), bytes_of(subject.text)); rows.next())
      set.users.emplace(subject, rows.id<UserId>(0));
}

// Phase 2: rows that the lock of a user freezes: earlier answers and live reservations.
void Loader::read_of_users(const Keys& keys, TimePoint soon, WorkingSet& set) {
  for (const IdempotencyKey& key : keys.idempotency) {
    const auto record = idempotency_.find(key);
    if (!record) continue;
    set.known_keys.emplace(key, *record);
    if (key.operation == Operation::hold || key.operation == Operation::pay) load_with_payment({record->result}, set);
  }
  for (const Holder& holder : keys.holders) load_all(live_of_user_.rows(holder.user, holder.concert), set);
  for (const Holder& holder : keys.unpaid_of)
    load_all(unpaid_of_user_.rows(holder.user, holder.concert, soon - kUnpaidWindow - kLongestHold, soon - kUnpaidWindow), set);
}

void Loader::load_all(Rows rows, WorkingSet& set) {
  while (rows.next()) {
    Reservation reservation = read_reservation(rows);
    reservations_.add_seats(reservation);
    const ReservationStatus stored = reservation.status;
    set.load_reservation({.reservation = std::move(reservation), .stored = stored});
  }
}

// Phase 3: seats, named and resolved.
void Loader::lock_seats(const Keys& keys, WorkingSet& set) {
  std::vector<SeatId> seats;
  std::ranges::set_union(keys.seats, keys.seat_rows, std::back_inserter(seats));
  for (const SeatId id : seats) load_seat(id, set);
}

// Phase 4: the holder of a seat that may be taken over, with all seats of that reservation. (A store with many writers
// must know those other seats by a hint and lock them in phase 3.)
void Loader::read_of_seats(const Keys& keys, TimePoint soon, WorkingSet& set) {
  for (const SeatId id : keys.seats) {
    const SeatRecord* record = set.seat(id);
    if (record == nullptr || !record->seat.has_lapsed(soon)) continue;
    const ReservationId holding = record->seat.reservation;
    if (set.reservation(holding) == nullptr) load_with_payment(holding, set);
    const ReservationRecord* holder = set.reservation(holding);
    if (holder == nullptr) continue;
    for (const ReservedSeat& seat : holder->reservation.seats) load_seat(seat.id, set);
  }
}

void Loader::load_seat(SeatId id, WorkingSet& set) {
  if (set.seat(id) != nullptr) return;
  if (Rows rows = seat_.rows(id); rows.next()) set.seats.emplace(id, SeatRecord{.seat = read_seat(rows)});
}

void Loader::load_with_payment(ReservationId id, WorkingSet& set) {
  if (set.reservation(id) != nullptr) return;
  auto reservation = reservations_.find(id);
  if (!reservation) return;
  const ReservationStatus stored = reservation->status;
  set.load_reservation({.reservation = std::move(*reservation),
                        .stored = stored,
                        .payment = stored == ReservationStatus::confirmed ? reservations_.payment(id) : std::nullopt});
}

}  // namespace frontrow::sqlite

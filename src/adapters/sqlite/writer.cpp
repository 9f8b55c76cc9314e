#include "adapters/sqlite/writer.hpp"

#include "adapters/sql/changes.hpp"
#include "adapters/sql/codes.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/rows.hpp"
#include "ports/store.hpp"

namespace frontrow::sqlite {

Writer::Writer(Connection& connection)
    : connection_(connection),
      catalog_(connection),
      deeds_(connection),
      insert_reservation_(connection,
                          "INSERT INTO reservations (id, user_id, concert_id, schedule_id, status, amount, created_at, expires_at,"
                          " ended_at, ticket_number, last_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
      insert_seat_of_reservation_(
          connection, "INSERT INTO reservation_seats (reservation_id, seat_id, number, price, live) VALUES (?1, ?2, ?3, ?4, ?5)"),
      update_reservation_(
          connection, "UPDATE reservations SET status = ?2, ended_at = ?3, last_seq = ?4 WHERE id = ?1 AND status = 'TEMPORARY'"),
      end_seats_of_reservation_(connection, "UPDATE reservation_seats SET live = 0 WHERE reservation_id = ?1"),
      insert_payment_(
          connection,
          "INSERT INTO payments (reservation_id, id, user_id, amount, balance, paid_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      update_seat_(connection, "UPDATE seats SET status = ?2, reservation_id = ?3, held_until = ?4, price = ?5 WHERE id = ?1"),
      put_account_(connection,
                   "INSERT INTO accounts (user_id, balance) VALUES (?1, ?2)"
                   " ON CONFLICT (user_id) DO UPDATE SET balance = excluded.balance"),
      insert_ledger_line_(connection,
                          "INSERT INTO ledger (account, entry_id, amount, reservation_id, at) VALUES (?1, ?2, ?3, ?4, ?5)"),
      insert_key_(connection,
                  "INSERT INTO idempotency (owner, operation, key_hash, fingerprint, result, v1, v2, v3, created_at)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
      insert_subject_(connection, "INSERT INTO subjects (issuer, subject, user_id, first_seen_at) VALUES (?1, ?2, ?3, ?4)"),
      put_queue_(connection,
                 "INSERT INTO queues (concert_id, tail, front) VALUES (?1, ?2, ?3)"
                 " ON CONFLICT (concert_id) DO UPDATE SET tail = excluded.tail, front = excluded.front"),
      put_ticket_(connection,
                  "INSERT INTO tickets (concert_id, number, user_id, state, issued_at, admitted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                  " ON CONFLICT (concert_id, number) DO UPDATE SET state = excluded.state, admitted_at = excluded.admitted_at"),
      delete_ticket_(connection, "DELETE FROM tickets WHERE concert_id = ?1 AND number = ?2"),
      insert_event_(connection,
                    "INSERT INTO events (id, type, reservation_id, seq, occurred_at, concert_id, ticket, user_id, traceparent,"
                    " schedule_id, changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
      raise_version_(connection,
                     "UPDATE schedules SET version = version + 1, available_version = version + 1, available_seats = CASE"
                     " WHEN available_version = version THEN available_seats + ?2 ELSE (SELECT count(*) FROM seats"
                     " WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count AND status = 'AVAILABLE') END"
                     " WHERE id = ?1"),
      version_(connection, "SELECT version FROM schedules WHERE id = ?1"),
      move_time_(connection, "UPDATE sale_time SET newest = ?1 WHERE id = 1 AND newest < ?1") {}

void Writer::write(WorkingSet& set, EventId last_event) {
  catalog_.write(set);
  deeds_.write(set);
  write_reservations(set);
  write_payments(set);
  write_seats(set);
  write_points(set);
  write_keys(set);
  write_subjects(set);
  write_queues(set);
  write_events(set, last_event);
  write_versions(set);
  write_time(set);
}

// Endings first: a seat that is given back and taken again in one batch never has two live reservations, not even
// between two statements.
void Writer::write_reservations(const WorkingSet& set) {
  const auto changed = changed_in(set.reservations);
  for (const auto* entry : changed)
    if (entry->second.stored) update_reservation(entry->second);
  for (const auto* entry : changed)
    if (!entry->second.stored) insert_reservation(entry->second.reservation);
}

void Writer::update_reservation(const ReservationRecord& record) {
  const Reservation& reservation = record.reservation;
  if (reservation.status != ReservationStatus::held)
    update_reservation_.run(reservation.id, code_of(reservation.status), reservation.ended_at, reservation.last_seq);
  if (reservation.status == ReservationStatus::held || sqlite3_changes(connection_.raw()) != 1)
    throw ConstraintBroken{"reservation " + std::to_string(reservation.id.value) + " may only leave TEMPORARY, and once"};
  if (!is_live(reservation.status)) end_seats_of_reservation_.run(reservation.id);
}

void Writer::insert_reservation(const Reservation& reservation) {
  const bool is_held = reservation.status == ReservationStatus::held;
  insert_reservation_.run(reservation.id,
                          reservation.user,
                          reservation.concert,
                          reservation.schedule,
                          code_of(reservation.status),
                          reservation.amount,
                          reservation.created_at,
                          reservation.expires_at,
                          unless(is_held, reservation.ended_at),
                          reservation.ticket,
                          reservation.last_seq);
  for (const ReservedSeat& seat : reservation.seats)
    insert_seat_of_reservation_.run(reservation.id, seat.id, seat.number, seat.price, is_live(reservation.status));
}

void Writer::write_payments(const WorkingSet& set) {
  for (const auto* entry : changed_in(set.reservations)) {
    if (!entry->second.has_new_payment) continue;
    const Payment& payment = *entry->second.payment;
    insert_payment_.run(payment.reservation, payment.id, payment.user, payment.amount, payment.balance, payment.paid_at);
  }
}

void Writer::write_seats(const WorkingSet& set) {
  for (const auto* entry : changed_in(set.seats)) {
    const Seat& seat = entry->second.seat;
    update_seat_.run(entry->first,
                     code_of(seat.status),
                     unless(!seat.reservation, seat.reservation),
                     unless(seat.status != SeatStatus::held, seat.held_until),
                     seat.price);
  }
}

void Writer::write_points(const WorkingSet& set) {
  for (const auto* entry : changed_in(set.accounts)) put_account_.run(entry->first, entry->second.account.balance);
  for (const LedgerEntry& entry : set.ledger) {
    const auto reservation = unless(!entry.reservation, entry.reservation);
    insert_ledger_line_.run(entry.user, entry.id, entry.signed_amount(), reservation, entry.at);
    insert_ledger_line_.run(mirror_of(entry.kind), entry.id, -entry.signed_amount(), reservation, entry.at);
  }
}

void Writer::write_keys(const WorkingSet& set) {
  for (const IdempotencyRecord& record : set.new_keys)
    insert_key_.run(record.key.owner,
                    code_of(record.key.operation),
                    Bytes{record.key.hash},
                    record.fingerprint,
                    record.result,
                    record.values[0],
                    record.values[1],
                    record.values[2],
                    record.created_at);
}

void Writer::write_subjects(const WorkingSet& set) {
  for (const Subject& subject : set.new_subjects)
    insert_subject_.run(bytes_of(subject.issuer), bytes_of(subject.text), set.users.at(subject), set.now);
}

void Writer::write_queues(const WorkingSet& set) {
  for (const auto& [concert, change] : set.queues) {
    if (!change.is_changed()) continue;
    put_queue_.run(concert, change.row.tail, change.row.front);
    for (const auto& [number, row] : change.tickets) {
      if (row.state == TicketState::ended)
        delete_ticket_.run(concert, number);
      else
        put_ticket_.run(concert,
                        number,
                        row.user,
                        row.state == TicketState::active,
                        row.issued_at,
                        unless(row.state != TicketState::active, row.admitted_at));
    }
  }
}

void Writer::write_events(WorkingSet& set, EventId last_event) {
  for (const Event& event : set.events) {
    ++last_event.value;
    insert_event_.run(last_event,
                      code_of(event.type),
                      unless(!event.reservation, event.reservation),
                      event.seq,
                      event.occurred_at,
                      unless(!event.concert, event.concert),
                      unless(!event.ticket, event.ticket),
                      unless(!event.user, event.user),
                      unless(event.traceparent.empty(), std::string_view{event.traceparent}),
                      unless(!event.schedule, event.schedule),
                      unless(event.changes.empty(), std::string_view{event.changes}));
  }
  set.last_event = last_event;
}

void Writer::write_versions(WorkingSet& set) {
  const auto changes = set.changes_of_available_seats();
  for (auto& [schedule, version] : set.versions) {
    const auto change = changes.find(schedule);
    raise_version_.run(schedule, change == changes.end() ? 0 : change->second);
    Rows rows = version_.rows(schedule);
    if (!rows.next()) throw ConstraintBroken{"a seat of no schedule has changed"};
    version = rows.integer(0);
  }
}

void Writer::write_time(const WorkingSet& set) {
  if (set.moves_time()) move_time_.run(set.now);
}

}  // namespace frontrow::sqlite

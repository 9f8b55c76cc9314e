#include "adapters/mysql/writer.hpp"

#include <algorithm>
#include <tuple>

#include "adapters/mysql/catalog_writer.hpp"
#include "adapters/mysql/outbox_shard.hpp"
#include "adapters/mysql/queue_rows.hpp"
#include "adapters/mysql/rows.hpp"
#include "adapters/sql/changes.hpp"
#include "adapters/sql/codes.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

void lock_schedules(Sql& sql, std::span<const ScheduleId> schedules) {
  sql << "SELECT id FROM schedules FORCE INDEX (PRIMARY) WHERE id IN " << List{schedules} << " ORDER BY id FOR UPDATE NOWAIT";
}

void Writer::write(Sql before, BatchId batch) {
  sql_ = std::move(before);
  write_catalog(set_, sql_, [this] { expect(1, "seats of a date that is not in the making"); });
  write_endings();
  write_reservations();
  write_payments();
  write_seats();
  write_points();
  write_keys();
  write_subjects();
  write_queues();
  write_events();
  sql_ << "INSERT INTO batch_log (id, at) VALUES ";
  sql_.row(batch.value, set_.now);
  sql_.end();
  write_versions();
  write_schedules();
  write_catalog_version();
  const std::vector<Rows> results = connection_.run(sql_, "write a batch");
  check_expectations(results);
  if (set_.versions.empty()) return;
  const std::int64_t only_version = set_.versions.size() == 1 ? results.at(version_statement_).insert_id() : 0;
  if (only_version == 0) return recount(read_versions());
  set_.versions.begin()->second = only_version;
}

// For the statement just ended. A date is gone when its concert was deleted after the batch had read it, and a subject has a user
// when another pod was quicker. The batch is then decided again, and finds it so.
void Writer::expect_unless_overtaken(std::int64_t touched) {
  expected_unless_overtaken_.push_back({sql_.ends().size() - 1, touched, {}});
}

// For the statement just ended.
void Writer::expect(std::int64_t touched, const char* otherwise) {
  expectations_.push_back({sql_.ends().size() - 1, touched, otherwise});
}

void Writer::check_expectations(const std::vector<Rows>& results) {
  for (const Expectation& expectation : expected_unless_overtaken_)
    if (results.at(expectation.statement).touched() != expectation.touched)
      throw Contended{"a date was deleted, a seat of no schedule has changed, or a subject has got a user meanwhile"};
  for (const Expectation& expectation : expectations_)
    if (results.at(expectation.statement).touched() != expectation.touched) throw ConstraintBroken{expectation.otherwise};
}

// Endings first: a seat given back and taken again in one batch never has two live reservations, not even between two statements.
// Reservations that ended alike share a statement: a handful for a batch, as all of it happens at one time.
void Writer::write_endings() {
  std::map<std::tuple<ReservationStatus, TimePoint, int>, std::vector<ReservationId>> alike;
  std::vector<ReservationId> over;
  for (const auto* entry : changed_in(set_.reservations)) {
    const auto& [id, record] = *entry;
    if (!record.stored) continue;
    const Reservation& reservation = record.reservation;
    if (*record.stored != ReservationStatus::held || reservation.status == ReservationStatus::held)
      throw ConstraintBroken{"reservation " + std::to_string(id.value) + " may only leave TEMPORARY, and once"};
    alike[{reservation.status, reservation.ended_at, reservation.last_seq}].push_back(id);
    if (!is_live(reservation.status)) over.push_back(id);
  }
  for (const auto& [ending, ids] : alike) {
    in_stretches(ids, [&](auto stretch) {
      const auto& [status, ended_at, last_seq] = ending;
      sql_ << "UPDATE reservations FORCE INDEX (PRIMARY) SET status = " << Code{code_of(status)} << ", ended_at = " << ended_at
           << ", last_seq = " << last_seq << " WHERE id IN " << List{stretch} << " AND status = 'TEMPORARY'";
      sql_.end();
      expect(static_cast<std::int64_t>(stretch.size()), "a reservation may only leave TEMPORARY, and once");
    });
  }
  in_stretches(over, [&](auto stretch) {
    sql_ << "UPDATE reservation_seats FORCE INDEX (PRIMARY) SET live = 0 WHERE reservation_id IN " << List{stretch};
    sql_.end();
  });
}

void Writer::write_reservations() {
  std::vector<const Reservation*> born;
  for (const auto* entry : changed_in(set_.reservations))
    if (!entry->second.stored) born.push_back(&entry->second.reservation);
  insert_rows(sql_,
              "INSERT INTO reservations (id, user_id, concert_id, schedule_id, status, amount, created_at, expires_at, ended_at,"
              " ticket_number, last_seq) VALUES ",
              born,
              [](Sql& out, const Reservation* r) {
                out.row(r->id,
                        r->user,
                        r->concert,
                        r->schedule,
                        Code{code_of(r->status)},
                        r->amount,
                        r->created_at,
                        r->expires_at,
                        unless(r->status == ReservationStatus::held, r->ended_at),
                        r->ticket,
                        r->last_seq);
              });
  // By seat: the unique index locks around a seat that was taken before, and every writer goes the same way.
  std::vector<std::pair<const ReservedSeat*, const Reservation*>> seats;
  for (const Reservation* reservation : born)
    for (const ReservedSeat& seat : reservation->seats) seats.emplace_back(&seat, reservation);
  std::ranges::sort(seats, {}, [](const auto& entry) { return entry.first->id; });
  insert_rows(sql_,
              "INSERT INTO reservation_seats (reservation_id, seat_id, number, price, live) VALUES ",
              seats,
              [](Sql& out, const auto& entry) {
                const auto& [seat, reservation] = entry;
                out.row(reservation->id, seat->id, seat->number, seat->price, is_live(reservation->status) ? 1 : 0);
              });
}

void Writer::write_payments() {
  std::vector<const Payment*> payments;
  for (const auto* entry : changed_in(set_.reservations))
    if (entry->second.has_new_payment) payments.push_back(&*entry->second.payment);
  insert_rows(sql_,
              "INSERT INTO payments (reservation_id, id, user_id, amount, balance, paid_at) VALUES ",
              payments,
              [](Sql& out, const Payment* p) { out.row(p->reservation, p->id, p->user, p->amount, p->balance, p->paid_at); });
}

// Rows that are there, since they are locked: nothing is inserted.
void Writer::write_seats() {
  insert_rows(
      sql_,
      "INSERT INTO seats (id, schedule_id, section_id, `row`, number, price, status, reservation_id, held_until) VALUES ",
      changed_in(set_.seats),
      [](Sql& out, const auto* entry) {
        const Seat& seat = entry->second.seat;
        const SeatPlace& place = seat.place;
        out.row(place.id,
                place.schedule,
                place.section,
                place.row,
                place.number,
                seat.price,
                Code{code_of(seat.status)},
                unless(!seat.reservation, seat.reservation),
                unless(seat.status != SeatStatus::held, seat.held_until));
      },
      " ON DUPLICATE KEY UPDATE price = VALUES(price), status = VALUES(status), reservation_id = VALUES(reservation_id),"
      " held_until = VALUES(held_until)");
}

void Writer::write_points() {
  insert_rows(
      sql_,
      "INSERT INTO accounts (user_id, balance) VALUES ",
      changed_in(set_.accounts),
      [](Sql& out, const auto* entry) { out.row(entry->first, entry->second.account.balance); },
      " ON DUPLICATE KEY UPDATE balance = VALUES(balance)");
  insert_rows(sql_,
              "INSERT INTO ledger (account, entry_id, amount, reservation_id, at) VALUES ",
              set_.ledger,
              [](Sql& out, const LedgerEntry& entry) {
                const auto reservation = unless(!entry.reservation, entry.reservation);
                out.row(entry.user, entry.id, entry.signed_amount(), reservation, entry.at);
                out << ",";
                out.row(mirror_of(entry.kind), entry.id, -entry.signed_amount(), reservation, entry.at);
              });
}

void Writer::write_keys() {
  insert_rows(sql_,
              "INSERT INTO idempotency (owner, operation, key_hash, fingerprint, result, v1, v2, v3, created_at) VALUES ",
              set_.new_keys,
              [](Sql& out, const IdempotencyRecord& record) {
                const auto& [v1, v2, v3] = record.values;
                out.row(record.key.owner,
                        code_of(record.key.operation),
                        Bytes{record.key.hash},
                        record.fingerprint,
                        record.result,
                        v1,
                        v2,
                        v3,
                        record.created_at);
              });
}

// By subject, so that two pods with the same new people wait for each other in one order. A row that is there already is left out,
// and not an error: then the batch begins anew.
void Writer::write_subjects() {
  std::vector<Subject> subjects = set_.new_subjects;
  std::ranges::sort(subjects);
  in_stretches(subjects, [&](auto stretch) {
    insert_rows(sql_,
                "INSERT IGNORE INTO subjects (issuer, subject, user_id, first_seen_at) VALUES ",
                std::vector<Subject>(stretch.begin(), stretch.end()),
                [&](Sql& out, const Subject& subject) {
                  out.row(bytes_of(subject.issuer), bytes_of(subject.text), set_.users.at(subject), set_.now);
                });
    expect_unless_overtaken(static_cast<std::int64_t>(stretch.size()));
  });
}

// Tickets in the order of their users, whose rows are locked; the queues' rows are locked too.
void Writer::write_queues() {
  std::vector<std::pair<ConcertId, TicketRow>> tickets;
  for (const auto& [holder, row] : set_.tickets) {
    const auto change = set_.queues.find(holder.concert);
    if (change == set_.queues.end()) continue;
    if (change->second.find(row.number) != nullptr || change->second.promises.contains(row.number))
      tickets.emplace_back(holder.concert, row);
  }
  write_tickets(sql_, tickets);
  for (auto& [concert, change] : set_.queues) {
    insert_rows(sql_,
                "INSERT INTO queue_left (concert_id, number) VALUES ",
                change.left,
                [concert = concert](Sql& out, TicketNumber number) { out.row(concert, number); });
    if (!change.is_stored_row || !change.is_changed()) continue;
    ++change.row.version;
    write_queue(sql_, concert, change.row);
  }
}

// The outbox rows of a stretch follow its events, as LAST_INSERT_ID() is the first of the last statement that gave any.
void Writer::write_events() {
  in_stretches(set_.events, [&](auto stretch) {
    insert_rows(sql_,
                "INSERT INTO events (type, reservation_id, seq, occurred_at, concert_id, ticket, user_id, traceparent, schedule_id,"
                " changes) VALUES ",
                std::vector<Event>(stretch.begin(), stretch.end()),
                [](Sql& out, const Event& event) {
                  out.row(code_of(event.type),
                          unless(!event.reservation, event.reservation),
                          event.seq,
                          event.occurred_at,
                          unless(!event.concert, event.concert),
                          unless(!event.ticket, event.ticket),
                          unless(!event.user, event.user),
                          unless(event.traceparent.empty(), Text{event.traceparent}),
                          unless(!event.schedule, event.schedule),
                          unless(event.changes.empty(), Text{event.changes}));
                });
    sql_ << "INSERT INTO outbox (shard, event_id) VALUES ";
    int at = 0;
    for (const Event& event : stretch) {
      if (at > 0) sql_ << ",";
      sql_ << "(" << shard_of(event) << ", LAST_INSERT_ID() + " << at++ << ")";
    }
    sql_.end();
  });
}

namespace {

// The part of an UPDATE that keeps the number of available seats; without its version.
void write_available(Sql& sql, std::span<const ScheduleId> schedules, const std::map<ScheduleId, std::int64_t>& changes) {
  bool is_first = true;
  for (const ScheduleId schedule : schedules) {
    const auto change = changes.find(schedule);
    if (change == changes.end()) continue;
    if (is_first) sql << "available_seats = available_seats + CASE id";
    sql << " WHEN " << schedule << " THEN " << change->second;
    is_first = false;
  }
  if (!is_first) sql << " ELSE 0 END, ";
}

}  // namespace

// The last locks of a batch, and so the order of versions is the order of commits. Sharding leads to one schedule a batch; it is
// bumped and read in one statement. All writers to a date wait in this line, with the server's own wait: it is short, and asking
// again and again would let the quick pass the patient.
//
// A pod of an older release raises a version without the number of available seats. That number has the version for which it is
// right, so the difference shows; the version of a wrong number becomes 0 here, and recount() follows.
void Writer::write_versions() {
  if (set_.versions.empty()) return;
  std::vector<ScheduleId> schedules;
  for (const auto& [schedule, version] : set_.versions) schedules.push_back(schedule);
  if (must_not_wait_)
    in_stretches(schedules, [&](auto stretch) {
      lock_schedules(sql_, stretch);
      sql_.end();
    });
  const auto changes = set_.changes_of_available_seats();
  if (set_.versions.size() == 1) {
    sql_ << "UPDATE schedules SET ";
    write_available(sql_, schedules, changes);
    sql_ << "available_version = LAST_INSERT_ID(IF(available_version = version, version + 1, 0)), version = version + 1"
         << " WHERE deleted = 0 AND id = " << set_.versions.begin()->first;
    sql_.end();
    version_statement_ = sql_.ends().size() - 1;
    return expect_unless_overtaken(1);
  }
  in_stretches(schedules, [&](auto stretch) {
    sql_ << "UPDATE schedules FORCE INDEX (PRIMARY) SET ";
    write_available(sql_, stretch, changes);
    sql_ << "available_version = IF(available_version = version, version + 1, 0), version = version + 1"
         << " WHERE deleted = 0 AND id IN " << List{stretch} << " ORDER BY id";
    sql_.end();
    expect_unless_overtaken(static_cast<std::int64_t>(stretch.size()));
  });
}

// After their versions: these rows are locked by id, too.
void Writer::write_schedules() {
  for (const auto& [id, schedule] : set_.changed_schedules) {
    sql_ << "UPDATE schedules SET starts_at = " << schedule.starts_at << " WHERE id = " << id;
    sql_.end();
  }
  for (const Section& section : set_.renamed_sections) {
    sql_ << "UPDATE schedules SET sections_version = version WHERE id = " << section.schedule;
    sql_.end();
  }
  for (const Concert& concert : set_.changed_concerts) {
    if (!concert.is_deleted) continue;
    sql_ << "UPDATE schedules FORCE INDEX (idx_schedule_concert) SET deleted = 1 WHERE concert_id = " << concert.id;
    sql_.end();
  }
}

// The last lock of all: a version of the catalogue is committed before the next one is given. It is raised for operators' accounts,
// too: pods look at this one number.
void Writer::write_catalog_version() {
  std::vector<ConcertId> concerts;
  for (const Concert& concert : set_.new_concerts) concerts.push_back(concert.id);
  for (const Concert& concert : set_.changed_concerts) concerts.push_back(concert.id);
  for (const Schedule& schedule : set_.new_schedules) concerts.push_back(schedule.concert);
  for (const auto& [id, schedule] : set_.changed_schedules) concerts.push_back(schedule.concert);
  for (const FinishedDraft& finished : set_.finished_drafts) concerts.push_back(finished.concert);
  if (concerts.empty() && set_.new_operators.empty() && set_.revoked_operators.empty()) return;
  std::ranges::sort(concerts);
  const auto repeats = std::ranges::unique(concerts);
  concerts.erase(repeats.begin(), repeats.end());
  sql_ << "UPDATE catalog_version SET version = LAST_INSERT_ID(version + 1) WHERE id = 1";
  sql_.end();
  in_stretches(concerts, [&](auto stretch) {
    sql_ << "UPDATE concerts FORCE INDEX (PRIMARY) SET catalog_version = LAST_INSERT_ID() WHERE id IN " << List{stretch};
    sql_.end();
  });
}

std::vector<ScheduleId> Writer::read_versions() {
  std::vector<ScheduleId> schedules, miscounted;
  for (const auto& [schedule, version] : set_.versions) schedules.push_back(schedule);
  Sql sql;
  in_stretches(schedules, [&](auto stretch) {
    sql << "SELECT id, version, available_version FROM schedules WHERE id IN " << List{stretch};
    sql.end();
  });
  for (Rows& rows : connection_.run(sql, "read the versions"))
    while (rows.next()) {
      set_.versions.at(rows.id<ScheduleId>(0)) = rows.integer(1);
      if (rows.integer(2) != rows.integer(1)) miscounted.push_back(rows.id<ScheduleId>(0));
    }
  return miscounted;
}

// The batch has the rows of these dates locked, so each commit that took or freed one of their seats is seen, and none follows.
void Writer::recount(const std::vector<ScheduleId>& schedules) {
  if (schedules.empty()) return;
  Sql sql;
  in_stretches(schedules, [&](auto stretch) {
    sql << "UPDATE schedules FORCE INDEX (PRIMARY) SET available_version = version, available_seats = (SELECT count(*) FROM seats"
           " FORCE INDEX (idx_seat_covering) WHERE seats.schedule_id = schedules.id AND seats.status = 'AVAILABLE') WHERE id IN "
        << List{stretch};
    sql.end();
  });
  connection_.run(sql, "count available seats");
}

}  // namespace frontrow::mysql

// Compares every row of the store with the model.
#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/rows.hpp"
#include "sim/auditor.hpp"

namespace frontrow::sim {

using sqlite::Rows;
using sqlite::Statement;

void Auditor::check_store() {
  if (report_.is_broken()) return;
  check_reservation_rows();
  check_seat_rows();
  check_money_rows();
  check_queue_rows();
  check_rules();
}

void Auditor::check_rules() {
  for (const AuditLine& line : sqlite::audit(connection_))
    if (line.broken > 0) report_.broken("audit", "{} {}: {}", line.rule, line.what, line.example);
}

void Auditor::check_reservation_rows() {
  Statement statement{connection_, sqlite::select(sql::kReservationColumns, "FROM reservations r")};
  sqlite::ReservationRows seats{connection_};
  std::size_t count = 0;
  for (Rows rows = statement.rows(); rows.next(); ++count) {
    Reservation stored = sql::read_reservation(rows);
    seats.add_seats(stored);
    const auto at = model_.reservations.find(stored.id);
    if (at == model_.reservations.end()) return report_.broken("D1", "reservation {} is stored, nobody made it", stored.id.value);
    const Reservation& modelled = at->second;
    if (stored.user != modelled.user || stored.concert != modelled.concert || stored.schedule != modelled.schedule ||
        stored.status != modelled.status || stored.amount != modelled.amount || stored.created_at != modelled.created_at ||
        stored.expires_at != modelled.expires_at || stored.ended_at != modelled.ended_at || stored.ticket != modelled.ticket ||
        stored.last_seq != modelled.last_seq || render_seats(stored) != render_seats(modelled))
      return report_.broken("S3",
                            "reservation {} is stored with status {} until {} seq {}, the model says {} until {} seq {}",
                            stored.id.value,
                            static_cast<int>(stored.status),
                            ms(stored.expires_at),
                            stored.last_seq,
                            static_cast<int>(modelled.status),
                            ms(modelled.expires_at),
                            modelled.last_seq);
    const auto payment = seats.payment(stored.id);
    const auto paid = model_.payments.find(stored.id);
    if (payment.has_value() != (paid != model_.payments.end()) ||
        (payment &&
         (payment->id != paid->second.id || payment->amount != paid->second.amount || payment->balance != paid->second.balance)))
      return report_.broken("M2", "the payment of reservation {} is not the one that was made", stored.id.value);
  }
  if (count != model_.reservations.size())
    report_.broken("D1", "{} reservations are stored, {} were made", count, model_.reservations.size());
}

void Auditor::check_seat_rows() {
  Statement statement{connection_, sqlite::select(sql::kSeatColumns, "FROM seats")};
  std::size_t count = 0;
  for (Rows rows = statement.rows(); rows.next(); ++count) {
    const Seat stored = sql::read_seat(rows);
    const auto at = model_.seats.find(stored.place.id);
    if (at == model_.seats.end() || stored.status != at->second.status || stored.reservation != at->second.reservation ||
        stored.held_until != at->second.until || stored.price != at->second.price)
      return report_.broken("S2",
                            "seat {} is stored with status {} of reservation {} until {}",
                            stored.place.id.value,
                            static_cast<int>(stored.status),
                            stored.reservation.value,
                            ms(stored.held_until));
  }
  if (count != model_.seats.size()) report_.broken("S2", "{} seats are stored, {} were made", count, model_.seats.size());
  Statement schedules{connection_, "SELECT id, version, starts_at FROM schedules"};
  for (Rows rows = schedules.rows(); rows.next();) {
    const ModelSchedule& modelled = model_.schedules.at(rows.id<ScheduleId>(0));
    if (rows.integer(1) != modelled.version || rows.time(2) != modelled.starts_at)
      report_.broken(
          "S4", "schedule {} is stored with version {} and starts {}", rows.integer(0), rows.integer(1), rows.integer(2));
  }
}

void Auditor::check_money_rows() {
  Statement balances{connection_, "SELECT user_id, balance FROM accounts"};
  std::size_t count = 0;
  for (Rows rows = balances.rows(); rows.next(); ++count)
    if (rows.points(1) != model_.balance(rows.id<UserId>(0)))
      return report_.broken("M1",
                            "user {} has {} stored, {} in the model",
                            rows.integer(0),
                            rows.integer(1),
                            model_.balance(rows.id<UserId>(0)).value);
  if (count != model_.balances.size())
    report_.broken("M1", "{} accounts are stored, {} in the model", count, model_.balances.size());
  if (const auto lines = connection_.integer("SELECT count(*) FROM ledger"); lines != 2 * model_.ledger_entries)
    report_.broken("M1", "{} ledger lines are stored for {} entries", lines, model_.ledger_entries);
  if (const auto keys = connection_.integer("SELECT count(*) FROM idempotency");
      keys != static_cast<std::int64_t>(model_.keys.size()))
    report_.broken("M4", "{} keys are stored, {} in the model", keys, model_.keys.size());
  if (const auto last = connection_.integer("SELECT max(id) FROM events"); last != model_.last_event.value)
    report_.broken("E1", "the log ends at {}, {} was read", last, model_.last_event.value);
}

void Auditor::check_queue_rows() {
  Statement counters{connection_, "SELECT concert_id, tail, front FROM queues"};
  for (Rows rows = counters.rows(); rows.next();) {
    const QueueModel& room = queue(rows.id<ConcertId>(0));
    if (rows.integer(1) != room.tail || rows.integer(2) != room.front)
      report_.broken("Q2", "concert {} is stored with tail {} front {}", rows.integer(0), rows.integer(1), rows.integer(2));
  }
  Statement tickets{connection_, "SELECT concert_id, number, user_id, state FROM tickets"};
  std::size_t stored = 0, live = 0;
  for (Rows rows = tickets.rows(); rows.next(); ++stored) {
    const QueueModel& room = queue(rows.id<ConcertId>(0));
    const auto at = room.live.find(rows.integer(1));
    if (at == room.live.end() && room.finished.contains(rows.integer(1))) continue;
    if (at == room.live.end() || at->second.user != rows.id<UserId>(2) || at->second.is_active != (rows.integer(3) == 1))
      return report_.broken(
          "Q1", "ticket {} of concert {} is stored in state {}", rows.integer(1), rows.integer(0), rows.integer(3));
  }
  for (const auto& [id, room] : queues_) live += room.live.size() + room.finished.size();
  if (stored != live) report_.broken("Q1", "{} tickets are stored, {} live", stored, live);
}

}  // namespace frontrow::sim

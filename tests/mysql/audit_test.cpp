// Each rule of the audit finds the corruption planted for it.
#include <algorithm>

#include "adapters/sql/audit_rules.hpp"
#include "mysql_test.hpp"
#include "support/lambda_command.hpp"
#include "support/numbering_store.hpp"

namespace frontrow::mysql {
namespace {

// Two concerts; in the first reservation 1 is expired (seat 5), 2 sold (seats 1, 2), 3 held (seat 3), 4 cancelled (seat 6); two
// tickets.
void sell_a_little(Store& store, ManualClock& clock) {
  const auto concert = std::make_shared<MadeConcert>();
  execute(store, create({.seats_of_schedules = {10, 5}}, concert));
  execute(store, create({}, std::make_shared<MadeConcert>()));
  const auto seats = concert->seats[0];
  const auto sold = made<ReservationId>(), over = made<ReservationId>(), given_back = made<ReservationId>();
  execute(store, hold({.user = kAnn, .seats = {seats[4]}}, over));
  clock.advance(kHold);
  execute(store, end(*over, ReservationStatus::expired));
  execute(store, hold({.user = kAnn, .seats = {seats[0], seats[1]}, .key = key_of(kAnn, Operation::hold, 1)}, sold));
  execute(store, charge(kAnn, {250'000}));
  execute(store, pay(*sold, kAnn, made<PaymentId>(), key_of(kAnn, Operation::pay, 1)));
  execute(store, hold({.user = kBen, .seats = {seats[2]}}, made<ReservationId>()));
  execute(store, hold({.user = kBen, .seats = {seats[5]}}, given_back));
  execute(store, end(*given_back, ReservationStatus::cancelled));
  const auto name = [concert](const char* title) {
    return CommandPtr{new LambdaCommand{[concert](Keys& keys) { keys.changed_concerts.push_back(concert->concert); },
                                        [concert, title](WorkingSet& set) {
                                          Concert next = *set.concert(concert->concert);
                                          next.title = title;
                                          set.add_change(next, "{}");
                                          return Verdict::decided;
                                        }}};
  };
  execute(store, name("Dawn"));
  execute(store, name("Dusk"));
  const TimePoint now = clock.now();
  execute(store,
          move_queue(concert->concert,
                     2,
                     1,
                     {{.number = {1}, .user = kAnn, .state = TicketState::active, .issued_at = now, .admitted_at = now},
                      {.number = {2}, .user = kBen, .state = TicketState::waiting, .issued_at = now}}));
}

struct Planted {
  const char* rule;
  const char* what;  // the start of the rule's sentence
  const char* sql;
};

// In a transaction that is rolled back, with CHECKs off.
constexpr Planted kPlanted[] = {
    {"S1", "the seats of a reservation are live", "UPDATE reservation_seats SET live = 0 WHERE reservation_id = 3"},
    {"S1", "the seats of a reservation are live", "UPDATE reservation_seats SET live = 1 WHERE reservation_id = 1"},
    {"S2", "a taken seat", "UPDATE seats SET held_until = held_until + 1 WHERE id = 3"},
    {"S2", "a taken seat", "UPDATE seats SET status = 'RESERVED', held_until = NULL WHERE id = 3"},
    {"S2", "a taken seat", "UPDATE seats SET status = 'RESERVED', reservation_id = 2 WHERE id = 7"},
    {"S2", "a seat of a live", "UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL, held_until = NULL WHERE id = 3"},
    {"S2", "the seats of a schedule", "DELETE FROM seats WHERE id = 10"},
    {"S2", "the seats of a schedule", "UPDATE seats SET id = 1000 WHERE id = 9"},
    {"S4", "a reservation was", "UPDATE reservations SET ended_at = expires_at WHERE id = 2"},
    {"S4", "a reservation was", "UPDATE reservations SET ended_at = expires_at - 1 WHERE id = 1"},
    {"S5", "a reservation has at least", "DELETE FROM reservation_seats WHERE reservation_id = 1"},
    {"S5", "a reservation has at least", "UPDATE reservation_seats SET seat_id = 11 WHERE reservation_id = 1"},
    {"S6", "the amount", "UPDATE reservation_seats SET price = price - 1 WHERE seat_id = 1"},
    {"M1", "a balance", "UPDATE accounts SET balance = balance + 1 WHERE user_id = 1"},
    {"M1", "a balance", "DELETE FROM accounts"},
    {"M1", "a ledger entry", "DELETE FROM ledger WHERE account = -1"},
    {"M1", "a ledger entry", "UPDATE ledger SET amount = amount + 1 WHERE account = -2"},
    {"M2", "a reservation is CONFIRMED", "DELETE FROM payments"},
    {"M2", "a reservation is CONFIRMED", "UPDATE reservations SET status = 'TEMPORARY', ended_at = NULL WHERE id = 2"},
    {"M2", "a reservation is CONFIRMED", "UPDATE payments SET amount = amount + 1"},
    {"M2", "a payment has an id", "DELETE FROM ledger WHERE reservation_id IS NOT NULL"},
    {"M2", "a payment has an id", "INSERT INTO payments SELECT 1, id, user_id, amount, balance, paid_at FROM payments"},
    {"M2", "a payment has an id", "DELETE FROM payments"},
    {"M3", "every balance", "UPDATE accounts SET balance = -1"},
    {"M4", "a remembered", "UPDATE idempotency SET result = 3 WHERE operation = 2"},
    {"E1", "every transition", "DELETE FROM events WHERE type < 5 ORDER BY id DESC LIMIT 1"},
    {"E1", "every transition", "UPDATE reservations SET last_seq = 1 WHERE id = 2"},
    {"E1", "an event tells", "UPDATE events SET type = 3 WHERE type = 2"},
    {"E1", "an event tells", "UPDATE events SET seq = 2 WHERE type = 1 AND reservation_id = 3"},
    {"E1", "an event tells", "INSERT INTO events (type, reservation_id, seq, occurred_at) VALUES (1, 77, 1, 0)"},
    {"E1", "the event log", "UPDATE events SET feed_id = 100 WHERE feed_id = 1"},
    {"E1", "the event log", "UPDATE events SET feed_id = 2 WHERE feed_id = 1"},
    {"E1", "the event log", "UPDATE feed SET last = last + 1"},
    {"E1", "the feed tells", "UPDATE events SET feed_id = 100 WHERE reservation_id = 2 AND seq = 1"},
    {"E1", "the feed tells", "UPDATE events SET feed_id = NULL WHERE reservation_id = 2 AND seq = 1"},
    {"E1", "what waits", "UPDATE outbox SET shard = shard + 1"},
    {"E1", "what waits", "INSERT INTO outbox (shard, event_id) VALUES (1, 777)"},
    {"E1", "a change of a concert", "UPDATE events SET seq = 77 WHERE type = 6 AND seq = 2"},
    {"E1", "a change of a concert", "UPDATE events SET concert_id = 77 WHERE type = 6 AND seq = 2"},
    {"Q1", "a user has", "UPDATE tickets SET user_id = 1"},
    {"Q2", "a ticket's", "UPDATE queues SET tail = 1"},
    {"Q2", "a ticket's", "UPDATE queues SET front = 0"},
    {"D1", "every id", "UPDATE id_blocks SET next = 1 WHERE kind = 'reservation'"},
    {"D1", "no row points", "DELETE FROM concerts WHERE id = 2"},
    {"D1", "no row points", "DELETE FROM sections WHERE id = 2"},
    {"D1", "no row points", "DELETE FROM reservations WHERE id = 4"},
};
// DDL: for good.
constexpr Planted kPlantedWithoutIndexes[] = {
    {"S1",
     "a seat has",
     "ALTER TABLE reservation_seats DROP INDEX idx_active_seat_reservation; UPDATE reservation_seats SET live = 1, seat_id = 3"
     " WHERE reservation_id = 1"},
    {"E1",
     "no transition",
     "ALTER TABLE events DROP INDEX idx_event_reservation_seq; INSERT INTO events (type, reservation_id, seq, occurred_at)"
     " SELECT type, reservation_id, seq, occurred_at FROM events"},
};

class AuditOfMysql : public MysqlTest {
 protected:
  AuditOfMysql() {
    test::NumberingStore store{settings()};
    sell_a_little(store, clock_);
  }
  // The sale is broken on purpose.
  void TearDown() override {}

  static void expect_found(const Planted& planted, const std::vector<AuditLine>& lines) {
    const auto found = std::ranges::find_if(lines, [&](const AuditLine& line) {
      return line.rule == planted.rule && line.what.starts_with(planted.what) && line.broken > 0 && !line.example.empty();
    });
    EXPECT_NE(found, lines.end()) << planted.rule << ' ' << planted.what << " did not see: " << planted.sql;
  }
};

TEST_F(AuditOfMysql, FindsNothingInASoundSale) {
  const auto lines = audit(database_.endpoint());
  EXPECT_EQ(lines.size(), sql::audit_rules(sql::AuditOf::mysql).size());
  for (const AuditLine& line : lines) {
    EXPECT_EQ(line.broken, 0) << line.rule << ' ' << line.what << ": " << line.example;
    EXPECT_GT(line.checked, 0) << line.rule << ' ' << line.what << " had nothing to look at";
  }
}

TEST_F(AuditOfMysql, FindsWhatWasPlanted) {
  const auto connection = session();
  mysql::run(*connection, "SET SESSION check_constraint_checks = 0");
  for (const Planted& planted : kPlanted) {
    mysql::run(*connection, planted.sql);
    expect_found(planted, audit_as_seen_by(*connection));
    mysql::run(*connection, "ROLLBACK");
  }
  for (const Planted& planted : kPlantedWithoutIndexes) {
    mysql::run(*connection, planted.sql);
    expect_found(planted, audit_as_seen_by(*connection));
  }
}

TEST_F(AuditOfMysql, HasARuleTestedForEachOfItsLines) {
  for (const sql::AuditRule& rule : sql::audit_rules(sql::AuditOf::mysql)) {
    const auto is_of_rule = [&](const Planted& planted) {
      return std::string_view{rule.name} == planted.rule && std::string_view{rule.what}.starts_with(planted.what);
    };
    EXPECT_TRUE(std::ranges::any_of(kPlanted, is_of_rule) || std::ranges::any_of(kPlantedWithoutIndexes, is_of_rule))
        << rule.name << ' ' << rule.what;
  }
}

}  // namespace
}  // namespace frontrow::mysql

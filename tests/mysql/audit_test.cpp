// Each rule of the audit finds the corruption planted for it.
#include "mysql_test.hpp"
#include "support/audited_sale.hpp"
#include "support/fakes/numbering_store.hpp"

namespace frontrow::mysql {
namespace {

// In a transaction that is rolled back, with CHECKs off, like those for every store.
constexpr PlantedFault kFaultsOfMysql[] = {
    {"D1", "a seat that was", "DELETE FROM reservations WHERE id = 4"},
    {"D1", "a seat that was", "UPDATE reservation_seats SET seat_id = 999 WHERE reservation_id = 4"},
    {"Q1", "a user has", "UPDATE tickets SET number = 1"},
    {"M1", "a ledger entry", "DELETE FROM ledger WHERE account = -1"},
    {"M1", "a ledger entry", "UPDATE ledger SET amount = amount + 1 WHERE account = -2"},
    {"M1", "a ledger entry", "INSERT INTO ledger (account, entry_id, amount, at) VALUES (-1, 777, -5, 0)"},
    {"M1",
     "a ledger entry",
     "INSERT INTO ledger (account, entry_id, amount, at) VALUES (-1, 777, -5, 0);"
     "INSERT INTO ledger (account, entry_id, amount, at) SELECT 2, entry_id, amount, at FROM ledger WHERE account = 1 AND amount > "
     "0"},
    {"M2", "a payment has an id", "UPDATE ledger SET reservation_id = 1 WHERE account = 1 AND amount < 0"},
    {"M2", "a payment has an id", "UPDATE ledger SET reservation_id = NULL WHERE account = 1 AND amount < 0"},
    {"M2", "a payment has an id", "UPDATE payments SET user_id = 2"},
    {"M2", "a payment has an id", "DELETE FROM ledger WHERE reservation_id IS NOT NULL"},
    {"E1", "every transition", "DELETE FROM events WHERE type < 5 ORDER BY id DESC LIMIT 1"},
    {"E1", "the event log", "UPDATE events SET feed_id = 100 WHERE feed_id = 1"},
    {"E1", "the event log", "UPDATE events SET feed_id = 2 WHERE feed_id = 1"},
    {"E1", "the event log", "UPDATE feed SET last = last + 1"},
    {"E1", "the feed tells", "UPDATE events SET feed_id = 100 WHERE reservation_id = 2 AND seq = 1"},
    {"E1", "the feed tells", "UPDATE events SET feed_id = NULL WHERE reservation_id = 2 AND seq = 1"},
    {"E1", "an event that the numbering", "UPDATE events SET feed_id = NULL WHERE feed_id = 1"},
    {"E1", "what waits", "UPDATE outbox SET shard = shard + 1 WHERE event_id < 9223372036854775807"},
    {"E1", "what waits", "INSERT INTO outbox (shard, event_id) VALUES (1, 777)"},
};
// DDL, which is for good; and a trigger refuses what follows it.
constexpr PlantedFault kFaultsWithoutIndexes[] = {
    {"S1",
     "a seat has",
     "ALTER TABLE reservation_seats DROP INDEX idx_active_seat_reservation; UPDATE reservation_seats SET live = 1, seat_id = 3"
     " WHERE reservation_id = 1"},
    {"E1",
     "no transition",
     "ALTER TABLE events DROP INDEX idx_event_reservation_seq; INSERT INTO events (type, reservation_id, seq, occurred_at)"
     " SELECT type, reservation_id, seq, occurred_at FROM events"},
    {"O1", "a deed says", "DROP TRIGGER deeds_never_change; UPDATE deeds SET operator_name = 'ben' WHERE id = 2"},
    {"O1", "the deeds are numbered", "DROP TRIGGER deeds_never_go; DELETE FROM deeds WHERE id = 3"},
};

class AuditOfMysql : public MysqlTest {
 protected:
  AuditOfMysql() {
    test::NumberingStore store{settings()};
    sell_a_little(store, clock_);
  }
  // The sale is broken on purpose.
  void TearDown() override {}
};

TEST_F(AuditOfMysql, FindsNothingInASoundSale) {
  const auto lines = audit(database_.endpoint());
  EXPECT_EQ(lines.size(), sql::audit_rules(sql::AuditOf::mysql).size());
  expect_sound(lines);
}

TEST_F(AuditOfMysql, FindsWhatWasPlanted) {
  const auto connection = session();
  mysql::run(*connection, "SET SESSION check_constraint_checks = 0");
  for (const PlantedFault& fault : with_faults_of_every_store({kFaultsOfMysql})) {
    mysql::run(*connection, fault.sql);
    expect_found(fault, audit_as_seen_by(*connection));
    expect_found(fault, audit_as_seen_by(*connection, 3));  // in ranges of three rows
    mysql::run(*connection, "ROLLBACK");
  }
  for (const PlantedFault& fault : kFaultsWithoutIndexes) {
    mysql::run(*connection, fault.sql);
    expect_found(fault, audit_as_seen_by(*connection));
  }
}

TEST_F(AuditOfMysql, HasARuleTestedForEachOfItsLines) {
  expect_a_fault_for_each(sql::audit_rules(sql::AuditOf::mysql),
                          with_faults_of_every_store({kFaultsOfMysql, kFaultsWithoutIndexes}));
}

}  // namespace
}  // namespace frontrow::mysql

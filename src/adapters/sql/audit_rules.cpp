#include "adapters/sql/audit_rules.hpp"

#include <algorithm>
#include <iterator>

namespace frontrow::sql {

namespace {

constexpr AuditRule kRules[] = {
    {"S1",
     "a seat has at most one live reservation",
     "SELECT count(*) FROM reservation_seats WHERE live",
     "SELECT 'seat ', seat_id, ' has ', count(*) FROM reservation_seats WHERE live GROUP BY seat_id HAVING count(*) > 1",
     AuditOf::sqlite},

    {"S1",
     "a seat has at most one live reservation",
     "SELECT count(live_seat) FROM reservation_seats",
     "SELECT 'seat ', live_seat, ' has ', count(*) FROM reservation_seats WHERE live_seat IS NOT NULL AND {live_seat}"
     " GROUP BY live_seat HAVING count(*) > 1",
     AuditOf::mysql,
     Walk::seats},

    {"S1",
     "the seats of a reservation are live exactly while it is TEMPORARY or CONFIRMED",
     "SELECT count(*) FROM reservation_seats",
     "SELECT 'seat ', seat_id, ' of reservation ', reservation_id, ', which is ', status"
     " FROM reservation_seats JOIN reservations ON id = reservation_id"
     " WHERE {reservation_id} AND live <> (status = 'TEMPORARY' OR status = 'CONFIRMED')",
     AuditOf::every_store,
     Walk::reservations},

    {"S2",
     "a taken seat agrees with the reservation it names: status, deadline and schedule",
     "SELECT count(*) FROM seats WHERE status <> 'AVAILABLE'",
     "SELECT 'seat ', s.id, ' and reservation ', s.reservation_id"
     " FROM seats s LEFT JOIN reservations r ON r.id = s.reservation_id"
     " LEFT JOIN reservation_seats rs ON rs.reservation_id = r.id AND rs.seat_id = s.id AND rs.live"
     " WHERE {s.id} AND s.status <> 'AVAILABLE' AND (rs.seat_id IS NULL OR r.schedule_id <> s.schedule_id"
     " OR NOT ((s.status = 'TEMPORARILY_RESERVED' AND r.status = 'TEMPORARY' AND s.held_until = r.expires_at)"
     "      OR (s.status = 'RESERVED' AND r.status = 'CONFIRMED')))",
     AuditOf::every_store,
     Walk::seats},

    {"S2",
     "a seat of a live reservation is taken by it",
     "SELECT count(*) FROM reservation_seats WHERE live",
     "SELECT 'seat ', rs.seat_id, ' of reservation ', rs.reservation_id, ' is taken by ', ifnull(s.reservation_id, 'nobody')"
     " FROM reservation_seats rs LEFT JOIN seats s ON s.id = rs.seat_id"
     " WHERE {rs.reservation_id} AND rs.live AND ifnull(s.reservation_id, -1) <> rs.reservation_id",
     AuditOf::every_store,
     Walk::reservations},

    {"S2",
     "the seats of a schedule are all there, one after the other",
     "SELECT count(*) FROM schedules",
     "SELECT 'schedule ', id FROM schedules LEFT JOIN"
     " (SELECT schedule_id, count(*) AS seats, min(id) AS lowest, max(id) AS highest FROM seats WHERE {schedule_id}"
     "   GROUP BY schedule_id) s"
     " ON schedule_id = id WHERE {id} AND (seat_count <> ifnull(seats, 0)"
     " OR (seat_count > 0 AND (lowest <> first_seat_id OR highest <> first_seat_id + seat_count - 1)))",
     AuditOf::every_store,
     Walk::schedules},

    {"S2",
     "the stored number of available seats of a schedule is right",
     "SELECT count(*) FROM schedules WHERE available_version >= version",
     "SELECT 'schedule ', id, ' says ', available_seats, ', its seats say ', ifnull(free, 0) FROM schedules LEFT JOIN"
     " (SELECT schedule_id, count(*) AS free FROM seats WHERE {schedule_id} AND status = 'AVAILABLE' GROUP BY schedule_id) s"
     " ON schedule_id = id WHERE {id} AND (available_version > version OR (available_version = version AND available_seats <>"
     " ifnull(free, 0)))",
     AuditOf::every_store,
     Walk::schedules},

    {"S2",
     "a hall in the making is not shown, and none of its seats was ever taken",
     "SELECT count(*) FROM drafts",
     "SELECT 'concert ', d.concert_id FROM drafts d LEFT JOIN concerts c ON c.id = d.concert_id WHERE ifnull(c.deleted, 0) = 0"
     " OR EXISTS (SELECT 1 FROM schedules s WHERE s.concert_id = d.concert_id AND s.version > 0)"},

    {"S4",
     "a reservation was confirmed before its deadline, or expired at or after it",
     "SELECT count(*) FROM reservations WHERE status = 'CONFIRMED' OR status = 'EXPIRED'",
     "SELECT 'reservation ', id, ' was ', status, ' ', ended_at - expires_at, ' ms after its deadline' FROM reservations"
     " WHERE {id} AND ((status = 'CONFIRMED' AND ended_at >= expires_at) OR (status = 'EXPIRED' AND ended_at < expires_at))",
     AuditOf::every_store,
     Walk::reservations},

    {"S5",
     "a reservation has at least one seat, and all of them of its schedule",
     "SELECT count(*) FROM reservations",
     "SELECT 'reservation ', r.id FROM reservations r LEFT JOIN schedules c ON c.id = r.schedule_id"
     " WHERE {r.id} AND (ifnull(c.concert_id, -1) <> r.concert_id"
     " OR NOT EXISTS (SELECT 1 FROM reservation_seats rs WHERE rs.reservation_id = r.id)"
     " OR EXISTS (SELECT 1 FROM reservation_seats rs WHERE rs.reservation_id = r.id"
     "   AND NOT (rs.seat_id >= c.first_seat_id AND rs.seat_id < c.first_seat_id + c.seat_count)))",
     AuditOf::every_store,
     Walk::reservations},

    {"S6",
     "the amount of a reservation is the sum of the prices its seats were held at",
     "SELECT count(*) FROM reservations",
     "SELECT 'reservation ', id FROM reservations"
     " WHERE {id} AND amount <> ifnull((SELECT sum(price) FROM reservation_seats WHERE reservation_id = id), 0)",
     AuditOf::every_store,
     Walk::reservations},

    {"M1",
     "a balance is the sum of the user's ledger lines",
     "SELECT count(*) FROM accounts",
     "WITH sums AS (SELECT account, sum(amount) AS total FROM ledger WHERE account > 0 AND {account} GROUP BY account)"
     " SELECT 'user ', user_id, ' has ', balance, ', the lines say ', ifnull(total, 0)"
     " FROM accounts LEFT JOIN sums ON account = user_id WHERE {user_id} AND balance <> ifnull(total, 0)"
     " UNION ALL SELECT 'user ', account, ' has lines and no balance', '', '', '' FROM sums"
     " WHERE account NOT IN (SELECT user_id FROM accounts WHERE {user_id})",
     AuditOf::every_store,
     Walk::accounts},

    {"M1",
     "a ledger entry has two lines, which sum to zero",
     "SELECT count(*) FROM ledger WHERE account > 0",
     "SELECT 'entry ', entry_id FROM ledger GROUP BY entry_id HAVING count(*) <> 2 OR sum(amount) <> 0"
     " OR sum(account > 0) <> 1 OR sum(account = -1 AND amount < 0) + sum(account = -2 AND amount > 0) <> 1",
     AuditOf::sqlite},

    // Each line of a user has its mirror; and there are no more mirrors than that: as many, of the same entries.
    {"M1",
     "a ledger entry has two lines, which sum to zero",
     "SELECT count(*) FROM ledger WHERE account > 0",
     "SELECT 'entry ', l.entry_id FROM ledger l LEFT JOIN ledger t ON t.account = -1 AND t.entry_id = l.entry_id"
     " LEFT JOIN ledger s ON s.account = -2 AND s.entry_id = l.entry_id WHERE l.account > 0 AND {l.account}"
     " AND NOT ifnull((t.amount < 0 AND t.amount = -l.amount AND s.amount IS NULL)"
     "   OR (s.amount > 0 AND s.amount = -l.amount AND t.amount IS NULL), 0)",
     AuditOf::mysql,
     Walk::accounts,
     false,
     "SELECT users, ' lines of users, and mirrors: ', mirrors FROM (SELECT ifnull(sum(account > 0), 0) AS users,"
     " ifnull(sum(account < 0), 0) AS mirrors, sum(IF(account > 0, entry_id, 0)) AS entries, sum(IF(account < 0, entry_id, 0))"
     " AS mirrored, bit_xor(IF(account > 0, crc32(entry_id), 0)) AS marks, bit_xor(IF(account < 0, crc32(entry_id), 0)) AS"
     " marked FROM ledger) sums WHERE users <> mirrors OR entries <> mirrored OR marks <> marked"},

    {"M2",
     "a reservation is CONFIRMED exactly when it has a payment, of its amount and by its user",
     "SELECT count(*) FROM reservations WHERE status = 'CONFIRMED'",
     "SELECT 'reservation ', r.id, ' is ', status FROM reservations r LEFT JOIN payments p ON p.reservation_id = r.id"
     " WHERE {r.id} AND ((status = 'CONFIRMED') <> (p.id IS NOT NULL) OR p.amount <> r.amount OR p.user_id <> r.user_id)"
     " UNION ALL SELECT 'payment ', p.id, ' of no reservation', '' FROM payments p"
     " LEFT JOIN reservations r ON r.id = p.reservation_id WHERE {p.reservation_id} AND r.id IS NULL",
     AuditOf::every_store,
     Walk::reservations},

    {"M2",
     "a payment has an id of its own and one entry in the ledger, of its amount",
     "SELECT count(*) FROM payments",
     "WITH sales AS (SELECT reservation_id, count(*) AS entries, sum(amount) AS total FROM ledger WHERE account = -2"
     "   GROUP BY reservation_id)"
     " SELECT 'payment ', p.id, '' FROM payments p LEFT JOIN sales s ON s.reservation_id = p.reservation_id"
     " WHERE ifnull(s.entries, 0) <> 1 OR s.total <> p.amount"
     " UNION ALL SELECT 'sale of reservation ', ifnull(reservation_id, 'nobody'), ' without a payment' FROM sales"
     " WHERE reservation_id IS NULL OR reservation_id NOT IN (SELECT reservation_id FROM payments)"
     " UNION ALL SELECT 'payment ', id, ' twice' FROM payments GROUP BY id HAVING count(*) > 1",
     AuditOf::sqlite},

    // Each entry of a sale has a payment of its own; and there are no more payments than that.
    {"M2",
     "a payment has an id of its own and one entry in the ledger, of its amount",
     "SELECT count(*) FROM payments",
     "SELECT 'sale of reservation ', s.reservation_id, ' to user ', account FROM (SELECT account, reservation_id, count(*) AS"
     "   entries, sum(amount) AS total FROM ledger WHERE account > 0 AND {account} AND (reservation_id IS NOT NULL OR amount < 0)"
     "   GROUP BY account, reservation_id) s LEFT JOIN payments p ON p.reservation_id = s.reservation_id"
     " WHERE NOT ifnull(entries = 1 AND total = -p.amount AND p.user_id = account, 0)",
     AuditOf::mysql,
     Walk::accounts,
     false,
     "SELECT paid, ' payments, sales in the ledger: ', sold FROM (SELECT (SELECT count(*) FROM payments) AS paid,"
     " (SELECT count(*) FROM ledger WHERE account = -2) AS sold) counted WHERE paid <> sold"
     " UNION ALL SELECT repeated, ' payments have the id of another', '' FROM (SELECT count(*) - count(DISTINCT id) AS repeated"
     " FROM payments) counted WHERE repeated > 0"},

    {"M3",
     "every balance is from 0 to 2^53-1",
     "SELECT count(*) FROM accounts",
     "SELECT 'user ', user_id, ' has ', balance FROM accounts WHERE balance < 0 OR balance > 9007199254740991"},

    {"M4",
     "a remembered hold or payment names a reservation of its owner",
     "SELECT count(*) FROM idempotency WHERE operation = 2 OR operation = 3",
     "SELECT 'user ', owner, ', reservation ', result FROM idempotency LEFT JOIN reservations r ON r.id = result"
     " WHERE (operation = 2 OR operation = 3) AND ifnull(r.user_id, -1) <> owner"},

    {"E1",
     "an event tells of a transition of its reservation, at its time: first that it was made, then how it ended",
     "SELECT count(*) FROM events WHERE reservation_id IS NOT NULL",
     "SELECT 'event ', e.id, ' of reservation ', e.reservation_id, ', which is ', ifnull(status, 'not there')"
     " FROM events e LEFT JOIN reservations r ON r.id = e.reservation_id WHERE {e.id} AND e.reservation_id IS NOT NULL"
     " AND NOT ifnull((e.seq = 1 AND type = 1 AND occurred_at = created_at) OR (e.seq = 2 AND occurred_at = ended_at"
     "   AND ((type = 2 AND status = 'EXPIRED') OR (type = 3 AND status = 'CANCELLED') OR (type = 4 AND status = 'CONFIRMED'))), "
     "0)",
     AuditOf::every_store,
     Walk::events},

    {"E1",
     "no transition is told twice",
     "SELECT count(*) FROM events WHERE reservation_id IS NOT NULL",
     "SELECT 'reservation ', reservation_id, ', number ', seq FROM events WHERE {reservation_id}"
     " AND reservation_id IS NOT NULL GROUP BY reservation_id, seq HAVING count(*) > 1",
     AuditOf::every_store,
     Walk::reservations},

    {"E1",
     "a reservation counts its transitions: that it was made, and that it ended",
     "SELECT count(*) FROM reservations",
     "SELECT 'reservation ', id, ' has ', last_seq, ' transitions and is ', status FROM reservations"
     " WHERE {id} AND last_seq <> CASE WHEN status = 'TEMPORARY' THEN 1 ELSE 2 END",
     AuditOf::every_store,
     Walk::reservations},

    // By their numbers: the table has no index on the reservation. With the rules above, equal numbers mean the same transitions.
    {"E1",
     "every transition since the newest deleted event is told",
     "SELECT count(*) FROM reservations JOIN event_horizon ON created_at > gone_until OR ended_at > gone_until",
     "SELECT told, ' of ', made, ' transitions are told' FROM (SELECT"
     " (SELECT count(*) FROM reservations JOIN event_horizon ON created_at > gone_until)"
     "  + (SELECT count(*) FROM reservations JOIN event_horizon ON ended_at > gone_until) AS made,"
     " (SELECT count(*) FROM events JOIN event_horizon ON occurred_at > gone_until WHERE reservation_id IS NOT NULL) AS told)"
     " counted WHERE told <> made",
     AuditOf::sqlite},

    {"E1",
     "every transition since the newest deleted event is told",
     "SELECT count(*) FROM reservations JOIN event_horizon ON created_at > gone_until OR ended_at > gone_until",
     "SELECT 'that reservation ', r.id, ' was made' FROM event_horizon JOIN reservations r LEFT JOIN events e"
     "   ON e.reservation_id = r.id AND e.seq = 1 WHERE {r.id} AND created_at > gone_until AND e.id IS NULL"
     " UNION ALL SELECT 'that reservation ', r.id, ' ended' FROM event_horizon JOIN reservations r LEFT JOIN events e"
     "   ON e.reservation_id = r.id AND e.seq = 2 WHERE {r.id} AND ended_at > gone_until AND e.id IS NULL",
     AuditOf::mysql,
     Walk::reservations},

    {"E1",
     "a change of a concert is told once, with a number the concert has reached",
     "SELECT count(*) FROM events WHERE type >= 6",
     "SELECT 'concert ', concert_id, ', number ', seq FROM events WHERE type >= 6 GROUP BY concert_id, seq HAVING count(*) > 1"
     " UNION ALL SELECT 'event ', e.id, ' of concert ', e.concert_id FROM events e LEFT JOIN concerts c ON c.id = e.concert_id"
     " WHERE e.type >= 6 AND (c.id IS NULL OR e.seq > c.version)"},

    {"E1",
     "the event log has no gap, and begins where its deleted part ends",
     "SELECT count(*) FROM events",
     "SELECT max(events.id) - first_id + 1 - count(*), ' missing since ', first_id FROM event_horizon JOIN events GROUP BY first_id"
     " HAVING min(events.id) <> first_id OR max(events.id) - first_id + 1 <> count(*)",
     AuditOf::sqlite},

    {"E1",
     "the event log has no gap, and begins where its deleted part ends",
     "SELECT count(feed_id) FROM events",
     "SELECT last - first_id + 1 - numbers, ' missing since ', first_id FROM feed JOIN event_horizon JOIN"
     " (SELECT count(feed_id) AS numbers, count(DISTINCT feed_id) AS different, min(feed_id) AS lowest, max(feed_id) AS highest"
     "   FROM events) e"
     " WHERE last - first_id + 1 <> numbers"
     "   OR (numbers > 0 AND (highest <> last OR lowest <> first_id OR different <> numbers))",
     AuditOf::mysql},

    {"E1",
     "an event that the numbering has passed has its number",
     "SELECT count(*) FROM feed JOIN events ON events.id <= settled",
     "SELECT 'event ', events.id FROM feed JOIN events ON events.id <= settled WHERE {events.id} AND feed_id IS NULL",
     AuditOf::mysql,
     Walk::events},

    {"E1",
     "the feed tells the events of a reservation in their order",
     "SELECT count(*) FROM events WHERE seq > 1 AND reservation_id IS NOT NULL",
     "SELECT 'event ', later.id, ' of reservation ', later.reservation_id FROM events later"
     " JOIN events earlier ON earlier.reservation_id = later.reservation_id AND earlier.seq = later.seq - 1"
     " WHERE {later.id} AND later.seq > 1 AND later.reservation_id IS NOT NULL AND (earlier.id > later.id"
     "   OR (later.feed_id IS NOT NULL AND NOT ifnull(earlier.feed_id < later.feed_id, 0)))",
     AuditOf::mysql,
     Walk::events},

    {"E1",
     "what waits in the outbox is in the log, and in the shard of its reservation",
     "SELECT count(*) FROM outbox WHERE event_id < 9223372036854775807",  // the end of a shard is a row, too
     "SELECT 'event ', event_id, ' in shard ', shard FROM outbox LEFT JOIN events e ON e.id = event_id"
     " WHERE event_id < 9223372036854775807 AND NOT (shard <=> ifnull(e.reservation_id, e.concert_id) % 16)",
     AuditOf::mysql},

    {"O1",
     "the deeds are numbered without a gap, and the last one is the end of the chain",
     "SELECT count(*) FROM deeds",
     "SELECT 'the end is deed ', last_id, ', there are ', n, ' up to ', highest FROM deed_head JOIN (SELECT count(*) AS n,"
     " ifnull(max(id), 0) AS highest FROM deeds) counted ON n <> last_id OR highest <> last_id"
     " UNION ALL SELECT 'the last deed, ', deeds.id, ' is not the end', '', '', '' FROM deed_head JOIN deeds ON deeds.id = last_id"
     " WHERE deeds.hash <> deed_head.hash UNION ALL SELECT 'the chain has no end', '', '', '', '', '' FROM"
     " (SELECT count(*) AS ends FROM deed_head) counted WHERE ends <> 1"},

    {"O1",
     "a deed says what it said when it was done, and follows the one before it",
     "SELECT count(*) FROM deeds",
     "SELECT 'deed ', d.id, ' of ', d.operator_name FROM deeds d LEFT JOIN deeds b ON b.id = d.id - 1"
     " WHERE d.previous_hash <> ifnull(b.hash, zeroblob(32)) OR d.hash <> sha256(d.id || char(10) || d.at || char(10) ||"
     " ifnull(d.operator_id, '') || char(10) || d.operator_name || char(10) || d.address || char(10) || d.what || char(10) ||"
     " ifnull(d.concert_id, '') || char(10) || d.concert_version || char(10) || ifnull(d.schedule_id, '') || char(10) ||"
     " ifnull(d.subject_id, '') || char(10) || d.changes || char(10) || lower(hex(d.previous_hash)))",
     AuditOf::sqlite},

    {"O1",
     "a deed says what it said when it was done, and follows the one before it",
     "SELECT count(*) FROM deeds",
     "SELECT 'deed ', d.id, ' of ', d.operator_name FROM deeds d LEFT JOIN deeds b ON b.id = d.id - 1"
     " WHERE d.previous_hash <> ifnull(b.hash, UNHEX(REPEAT('0', 64))) OR d.hash <> UNHEX(SHA2(CONCAT_WS(CHAR(10), d.id, d.at,"
     " ifnull(d.operator_id, ''), d.operator_name, d.address, d.what, ifnull(d.concert_id, ''), d.concert_version,"
     " ifnull(d.schedule_id, ''), ifnull(d.subject_id, ''), d.changes, lower(hex(d.previous_hash))), 256))",
     AuditOf::mysql},

    {"O2",
     "every change of a concert, its dates, prices and queue has a deed",
     "SELECT count(*) FROM deeds WHERE concert_id IS NOT NULL",
     "SELECT 'concert ', c.id, ' has changed ', c.version - c.deeds_since, ' times since there are deeds, and deeds: ',"
     " ifnull(d.n, 0) FROM concerts c LEFT JOIN (SELECT concert_id, count(*) AS n, max(concert_version) AS newest FROM deeds"
     "   WHERE concert_id IS NOT NULL GROUP BY concert_id) d ON d.concert_id = c.id"
     " WHERE (c.version - c.deeds_since <> ifnull(d.n, 0) OR ifnull(d.newest, c.version) <> c.version)"
     " AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.concert_id = c.id)"
     " UNION ALL SELECT 'deed ', deeds.id, ' of no concert', '', '', '' FROM deeds LEFT JOIN concerts ON concerts.id = concert_id"
     " WHERE concert_id IS NOT NULL AND concerts.id IS NULL"},

    {"O2",
     "every account has the deed of its making, with its role, and of its end",
     "SELECT count(*) FROM operators",
     "SELECT 'account ', o.id, ' of ', o.name FROM operators o WHERE"
     " (SELECT count(*) FROM deeds WHERE subject_id = o.id AND what = 'operator.added'"
     "   AND instr(changes, replace(replace('\"role\":<\"from\":null,\"to\":\"@\"', '<', char(123)), '@', o.role)) > 0) <> 1"
     " OR (SELECT count(*) FROM deeds WHERE subject_id = o.id AND what = 'operator.revoked') <> (o.revoked_at IS NOT NULL)"},

    {"Q1",
     "a user has at most one live ticket in a concert, and a live ticket a number of its own",
     "SELECT count(*) FROM tickets",
     "SELECT 'user ', user_id, ' in concert ', concert_id FROM tickets WHERE state < 2 GROUP BY concert_id, user_id"
     " HAVING count(*) > 1 UNION ALL SELECT 'number ', number, ' of concert ', concert_id FROM tickets WHERE state < 2"
     " GROUP BY concert_id, number HAVING count(*) > 1"},

    {"Q2",
     "a ticket's number has been given, and an active one's has been called",
     "SELECT count(*) FROM tickets",
     "SELECT 'ticket ', number, ' of concert ', t.concert_id FROM tickets t LEFT JOIN queues q ON q.concert_id = t.concert_id"
     " WHERE number > ifnull(tail, 0) OR (state = 1 AND number > front)"},

    {"D1",
     "every id is below the mark new ones are taken from",
     "SELECT count(*) FROM id_blocks",
     "SELECT kind, ' ', used, ' is not below ', next FROM id_blocks JOIN ("
     "  SELECT 'concert' AS k, max(id) AS used FROM concerts UNION ALL SELECT 'schedule', max(id) FROM schedules"
     "  UNION ALL SELECT 'section', max(id) FROM sections UNION ALL SELECT 'seat', max(id) FROM seats"
     "  UNION ALL SELECT 'reservation', max(id) FROM reservations UNION ALL SELECT 'payment', max(id) FROM payments"
     "  UNION ALL SELECT 'ledger_entry', max(entry_id) FROM ledger) ids ON k = kind WHERE used >= next"},

    {"D1",
     "no row points to one that is not there",
     "SELECT count(*) FROM pragma_foreign_key_list('seats')",
     "SELECT \"table\", ' row ', rowid, ' points to no row of ', parent FROM pragma_foreign_key_check",
     AuditOf::sqlite,
     Walk::no,
     true},

    // The checks that foreign keys would make, if there were any.
    {"D1",
     "no row points to one that is not there",
     "SELECT count(*) FROM seats",
     "SELECT 'schedule ', a.id, ' of no concert' FROM schedules a LEFT JOIN concerts b ON b.id = a.concert_id"
     "   WHERE {a.id} AND b.id IS NULL"
     " UNION ALL SELECT 'section ', a.id, ' of no schedule' FROM sections a LEFT JOIN schedules b ON b.id = a.schedule_id"
     "   WHERE {a.id} AND b.id IS NULL"
     " UNION ALL SELECT 'seat ', a.id, ' of no section' FROM seats a LEFT JOIN sections b ON b.id = a.section_id"
     "   AND b.schedule_id = a.schedule_id WHERE {a.id} AND b.id IS NULL",
     AuditOf::mysql,
     Walk::seats},

    {"D1",
     "a seat that was reserved points to its reservation and to its seat",
     "SELECT count(*) FROM reservation_seats",
     "SELECT 'seat of no reservation ', a.reservation_id, '' FROM reservation_seats a"
     "   LEFT JOIN reservations b ON b.id = a.reservation_id WHERE {a.reservation_id} AND b.id IS NULL"
     " UNION ALL SELECT 'reservation of no seat ', a.seat_id, '' FROM reservation_seats a LEFT JOIN seats b ON b.id = a.seat_id"
     "   WHERE {a.reservation_id} AND b.id IS NULL",
     AuditOf::mysql,
     Walk::reservations},

    // A connection that cannot write does not know the CHECKs: the queries above ask for their part of the rules.
    {"D1",
     "the file is sound: pages, rows and indexes",
     "SELECT page_count FROM pragma_page_count",
     "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
     AuditOf::sqlite,
     Walk::no,
     true},
};

}  // namespace

std::vector<AuditRule> audit_rules(AuditOf store) {
  std::vector<AuditRule> rules;
  std::ranges::copy_if(kRules, std::back_inserter(rules), [store](const AuditRule& rule) {
    return rule.of == AuditOf::every_store || rule.of == store;
  });
  return rules;
}

Literal next_keys(Walk walk) {
  switch (walk) {
    case Walk::no: break;
    case Walk::seats: return "SELECT id AS k FROM seats WHERE id > ";
    case Walk::schedules: return "SELECT id AS k FROM schedules WHERE id > ";
    case Walk::reservations: return "SELECT id AS k FROM reservations WHERE id > ";
    case Walk::accounts: return "SELECT user_id AS k FROM accounts WHERE user_id > ";
    case Walk::events: return "SELECT id AS k FROM events WHERE id > ";
  }
  return "SELECT 0 AS k WHERE 0 > ";
}

std::string within(Literal query, const KeyRange& range) {
  std::string text;
  for (std::string_view rest = query.text; !rest.empty();) {
    const auto opens = rest.find('{');
    text += rest.substr(0, opens);
    if (opens == std::string_view::npos) break;
    const auto closes = rest.find('}', opens);
    const std::string_view column = rest.substr(opens + 1, closes - opens - 1);
    const std::string above = std::string(column) + " > " + std::to_string(range.after.value_or(0));
    const std::string upto = std::string(column) + " <= " + std::to_string(range.upto.value_or(0));
    text += !range.after && !range.upto ? "1 = 1" : !range.after ? upto : !range.upto ? above : above + " AND " + upto;
    rest.remove_prefix(closes + 1);
  }
  return text;
}

}  // namespace frontrow::sql

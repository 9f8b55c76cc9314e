#include "adapters/mysql/audit_rules.hpp"

namespace frontrow::mysql {

namespace {

constexpr AuditRule kRules[] = {
    {"S1",
     "a seat has at most one live reservation",
     "SELECT count(*) FROM reservation_seats WHERE live",
     "SELECT CONCAT('seat ', seat_id, ' has ', count(*)) FROM reservation_seats WHERE live GROUP BY seat_id HAVING count(*) > 1"},

    {"S1",
     "the seats of a reservation are live exactly while it is TEMPORARY or CONFIRMED",
     "SELECT count(*) FROM reservation_seats",
     "SELECT CONCAT('seat ', seat_id, ' of reservation ', reservation_id, ', which is ', status)"
     " FROM reservation_seats JOIN reservations ON id = reservation_id"
     " WHERE live <> (status = 'TEMPORARY' OR status = 'CONFIRMED')"},

    {"S2",
     "a taken seat agrees with the reservation it names: status, deadline and schedule",
     "SELECT count(*) FROM seats WHERE status <> 'AVAILABLE'",
     "SELECT CONCAT('seat ', s.id, ' and reservation ', s.reservation_id)"
     " FROM seats s LEFT JOIN reservations r ON r.id = s.reservation_id"
     " LEFT JOIN reservation_seats rs ON rs.reservation_id = r.id AND rs.seat_id = s.id AND rs.live"
     " WHERE s.status <> 'AVAILABLE' AND (rs.seat_id IS NULL OR r.schedule_id <> s.schedule_id"
     " OR NOT ((s.status = 'TEMPORARILY_RESERVED' AND r.status = 'TEMPORARY' AND s.held_until = r.expires_at)"
     "      OR (s.status = 'RESERVED' AND r.status = 'CONFIRMED')))"},

    {"S2",
     "a seat of a live reservation is taken by it",
     "SELECT count(*) FROM reservation_seats WHERE live",
     "SELECT CONCAT('seat ', rs.seat_id, ' of reservation ', rs.reservation_id, ' is taken by ', ifnull(s.reservation_id, "
     "'nobody'))"
     " FROM reservation_seats rs LEFT JOIN seats s ON s.id = rs.seat_id"
     " WHERE rs.live AND NOT (s.reservation_id <=> rs.reservation_id)"},

    {"S2",
     "the seats of a schedule are all there, one after the other",
     "SELECT count(*) FROM schedules",
     "SELECT CONCAT('schedule ', id) FROM schedules LEFT JOIN"
     " (SELECT schedule_id, count(*) AS seats, min(id) AS first, max(id) AS last FROM seats GROUP BY schedule_id) s ON schedule_id "
     "= id"
     " WHERE seat_count <> ifnull(seats, 0) OR (seat_count > 0 AND (first <> first_seat_id OR last <> first_seat_id + seat_count - "
     "1))"},

    {"S4",
     "a reservation was confirmed before its deadline, or expired at or after it",
     "SELECT count(*) FROM reservations WHERE status = 'CONFIRMED' OR status = 'EXPIRED'",
     "SELECT CONCAT('reservation ', id, ' was ', status, ' ', ended_at - expires_at, ' ms after its deadline') FROM reservations"
     " WHERE (status = 'CONFIRMED' AND ended_at >= expires_at) OR (status = 'EXPIRED' AND ended_at < expires_at)"},

    {"S5",
     "a reservation has at least one seat, and all of them of its schedule",
     "SELECT count(*) FROM reservations",
     "SELECT CONCAT('reservation ', r.id) FROM reservations r LEFT JOIN schedules c ON c.id = r.schedule_id"
     " WHERE NOT (c.concert_id <=> r.concert_id)"
     " OR NOT EXISTS (SELECT 1 FROM reservation_seats rs WHERE rs.reservation_id = r.id)"
     " OR EXISTS (SELECT 1 FROM reservation_seats rs WHERE rs.reservation_id = r.id"
     "   AND NOT (rs.seat_id >= c.first_seat_id AND rs.seat_id < c.first_seat_id + c.seat_count))"},

    {"S6",
     "the amount of a reservation is the sum of the prices its seats were held at",
     "SELECT count(*) FROM reservations",
     "SELECT CONCAT('reservation ', id) FROM reservations"
     " WHERE amount <> ifnull((SELECT sum(price) FROM reservation_seats WHERE reservation_id = id), 0)"},

    {"M1",
     "a balance is the sum of the user's ledger lines",
     "SELECT count(*) FROM accounts",
     "SELECT CONCAT('user ', user_id, ' has ', balance, ', the lines say ', ifnull(total, 0)) FROM accounts LEFT JOIN"
     " (SELECT account, sum(amount) AS total FROM ledger WHERE account > 0 GROUP BY account) sums ON account = user_id"
     " WHERE balance <> ifnull(total, 0)"
     " UNION ALL SELECT DISTINCT CONCAT('user ', account, ' has lines and no balance') FROM ledger LEFT JOIN accounts ON user_id = "
     "account"
     " WHERE account > 0 AND user_id IS NULL"},

    {"M1",
     "a ledger entry has two lines, which sum to zero",
     "SELECT count(*) FROM ledger WHERE account > 0",
     "SELECT CONCAT('entry ', entry_id) FROM ledger GROUP BY entry_id HAVING count(*) <> 2 OR sum(amount) <> 0"
     " OR sum(account > 0) <> 1 OR sum(account = -1 AND amount < 0) + sum(account = -2 AND amount > 0) <> 1"},

    {"M2",
     "a reservation is CONFIRMED exactly when it has a payment, of its amount and by its user",
     "SELECT count(*) FROM reservations WHERE status = 'CONFIRMED'",
     "SELECT CONCAT('reservation ', r.id, ' is ', status) FROM reservations r LEFT JOIN payments p ON p.reservation_id = r.id"
     " WHERE (status = 'CONFIRMED') <> (p.id IS NOT NULL) OR p.amount <> r.amount OR p.user_id <> r.user_id"
     " UNION ALL SELECT CONCAT('payment ', p.id, ' of no reservation') FROM payments p LEFT JOIN reservations r ON r.id = "
     "p.reservation_id"
     " WHERE r.id IS NULL"},

    {"M2",
     "a payment has an id of its own and one entry in the ledger, of its amount",
     "SELECT count(*) FROM payments",
     "SELECT CONCAT('payment ', p.id) FROM payments p LEFT JOIN"
     " (SELECT reservation_id, count(*) AS entries, sum(amount) AS total FROM ledger WHERE account = -2 GROUP BY reservation_id) s"
     " ON s.reservation_id = p.reservation_id WHERE NOT (s.entries <=> 1) OR s.total <> p.amount"
     " UNION ALL SELECT CONCAT('sale of reservation ', ifnull(l.reservation_id, 'nobody'), ' without a payment') FROM ledger l"
     " LEFT JOIN payments p ON p.reservation_id = l.reservation_id WHERE account = -2 AND p.id IS NULL"
     " UNION ALL SELECT CONCAT('payment ', id, ' twice') FROM payments GROUP BY id HAVING count(*) > 1"},

    {"M3",
     "every balance is from 0 to 2^53-1",
     "SELECT count(*) FROM accounts",
     "SELECT CONCAT('user ', user_id, ' has ', balance) FROM accounts WHERE balance < 0 OR balance > 9007199254740991"},

    {"M4",
     "a remembered hold or payment names a reservation of its owner",
     "SELECT count(*) FROM idempotency WHERE operation = 2 OR operation = 3",
     "SELECT CONCAT('user ', owner, ', reservation ', result) FROM idempotency LEFT JOIN reservations r ON r.id = result"
     " WHERE (operation = 2 OR operation = 3) AND NOT (r.user_id <=> owner)"},

    {"E1",
     "an event tells of a transition of its reservation: first that it was made, then how it ended",
     "SELECT count(*) FROM events WHERE reservation_id IS NOT NULL",
     "SELECT CONCAT('event ', e.id, ' of reservation ', e.reservation_id, ', which is ', ifnull(status, 'not there'))"
     " FROM events e LEFT JOIN reservations r ON r.id = e.reservation_id WHERE e.reservation_id IS NOT NULL"
     " AND NOT ifnull((r.id IS NOT NULL AND e.seq = 1 AND type = 1) OR (e.seq = 2 AND ((type = 2 AND status = 'EXPIRED')"
     "   OR (type = 3 AND status = 'CANCELLED') OR (type = 4 AND status = 'CONFIRMED'))), 0)"},

    {"E1",
     "no transition is told twice",
     "SELECT count(*) FROM events WHERE reservation_id IS NOT NULL",
     "SELECT CONCAT('reservation ', reservation_id, ', number ', seq) FROM events WHERE reservation_id IS NOT NULL"
     " GROUP BY reservation_id, seq HAVING count(*) > 1"},

    {"E1",
     "every transition is told",
     "SELECT count(*) FROM reservations",
     "SELECT CONCAT('reservation ', id, ' has ', last_seq, ' transitions and is ', status) FROM reservations"
     " WHERE last_seq <> IF(status = 'TEMPORARY', 1, 2)"
     " UNION ALL SELECT CONCAT(told, ' of ', made, ' are') FROM (SELECT (SELECT ifnull(sum(last_seq), 0) FROM reservations) AS "
     "made,"
     "   (SELECT count(*) FROM events WHERE reservation_id IS NOT NULL) AS told) counted WHERE told <> made"},

    {"E1",
     "the event log has no gap",
     "SELECT count(feed_id) FROM events",
     "SELECT CONCAT(last - lowest + 1 - numbers, ' missing') FROM feed JOIN (SELECT count(feed_id) AS numbers,"
     " count(DISTINCT feed_id) AS different, min(feed_id) AS lowest, max(feed_id) AS highest FROM events) e"
     " WHERE numbers > 0 AND (highest <> last OR highest - lowest + 1 <> numbers OR different <> numbers)"},

    {"E1",
     "the feed tells the events of a reservation in their order",
     "SELECT count(*) FROM events WHERE seq > 1 AND reservation_id IS NOT NULL",
     "SELECT CONCAT('event ', later.id, ' of reservation ', later.reservation_id) FROM events later"
     " LEFT JOIN events earlier ON earlier.reservation_id = later.reservation_id AND earlier.seq = later.seq - 1"
     " WHERE later.seq > 1 AND later.reservation_id IS NOT NULL AND (earlier.id IS NULL OR earlier.id > later.id"
     "   OR (later.feed_id IS NOT NULL AND NOT ifnull(earlier.feed_id < later.feed_id, 0)))"},

    {"E1",
     "a change of a concert is told once, with a number the concert has reached",
     "SELECT count(*) FROM events WHERE type >= 6",
     "SELECT CONCAT('concert ', concert_id, ', number ', seq) FROM events WHERE type >= 6 GROUP BY concert_id, seq HAVING count(*) > 1"
     " UNION ALL SELECT CONCAT('event ', e.id, ' of concert ', e.concert_id) FROM events e LEFT JOIN concerts c ON c.id = e.concert_id"
     " WHERE e.type >= 6 AND (c.id IS NULL OR e.seq > c.version)"},

    {"E1",
     "what waits in the outbox is in the log, and in the shard of its reservation",
     "SELECT count(*) FROM outbox",
     "SELECT CONCAT('event ', event_id, ' in shard ', shard) FROM outbox LEFT JOIN events e ON e.id = event_id"
     " WHERE NOT (shard <=> ifnull(e.reservation_id, e.concert_id) % 16)"},

    {"Q1",
     "a user has at most one live ticket in a concert",
     "SELECT count(*) FROM tickets",
     "SELECT CONCAT('user ', user_id, ' in concert ', concert_id) FROM tickets GROUP BY concert_id, user_id HAVING count(*) > 1"},

    {"Q2",
     "a ticket's number has been given, and an active one's has been called",
     "SELECT count(*) FROM tickets",
     "SELECT CONCAT('ticket ', number, ' of concert ', t.concert_id) FROM tickets t LEFT JOIN queues q ON q.concert_id = "
     "t.concert_id"
     " WHERE number > ifnull(tail, 0) OR (state = 1 AND number > front)"},

    {"D1",
     "every id is below the mark new ones are taken from",
     "SELECT count(*) FROM id_blocks",
     "SELECT CONCAT(kind, ' ', used, ' is not below ', next) FROM id_blocks JOIN ("
     "  SELECT 'concert' AS k, max(id) AS used FROM concerts UNION ALL SELECT 'schedule', max(id) FROM schedules"
     "  UNION ALL SELECT 'section', max(id) FROM sections UNION ALL SELECT 'seat', max(id) FROM seats"
     "  UNION ALL SELECT 'reservation', max(id) FROM reservations UNION ALL SELECT 'payment', max(id) FROM payments"
     "  UNION ALL SELECT 'ledger_entry', max(entry_id) FROM ledger) ids ON k = kind WHERE used >= next"},

    // What foreign keys would say, were there any.
    {"D1",
     "no row points to one that is not there",
     "SELECT count(*) FROM reservation_seats",
     "SELECT CONCAT('schedule ', a.id, ' of no concert') FROM schedules a LEFT JOIN concerts b ON b.id = a.concert_id WHERE b.id "
     "IS NULL"
     " UNION ALL SELECT CONCAT('section ', a.id, ' of no schedule') FROM sections a LEFT JOIN schedules b ON b.id = a.schedule_id"
     "   WHERE b.id IS NULL"
     " UNION ALL SELECT CONCAT('seat ', a.id, ' of no section') FROM seats a LEFT JOIN sections b ON b.id = a.section_id"
     "   AND b.schedule_id = a.schedule_id WHERE b.id IS NULL"
     " UNION ALL SELECT CONCAT('seat of no reservation ', a.reservation_id) FROM reservation_seats a"
     "   LEFT JOIN reservations b ON b.id = a.reservation_id WHERE b.id IS NULL"
     " UNION ALL SELECT CONCAT('reservation of no seat ', a.seat_id) FROM reservation_seats a LEFT JOIN seats b ON b.id = a.seat_id"
     "   WHERE b.id IS NULL"},
};

}  // namespace

std::span<const AuditRule> audit_rules() { return kRules; }

}  // namespace frontrow::mysql

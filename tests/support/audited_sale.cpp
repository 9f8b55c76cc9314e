#include "support/audited_sale.hpp"

#include <algorithm>

namespace frontrow {

namespace {

constexpr UserId kAnn{1}, kBen{2};

constexpr PlantedFault kFaults[] = {
    {"S1", "the seats of a reservation are live", "UPDATE reservation_seats SET live = 0 WHERE reservation_id = 3"},
    {"S1", "the seats of a reservation are live", "UPDATE reservation_seats SET live = 1 WHERE reservation_id = 1"},
    {"S2", "a taken seat", "UPDATE seats SET held_until = held_until + 1 WHERE id = 3"},
    {"S2", "a taken seat", "UPDATE seats SET status = 'RESERVED', held_until = NULL WHERE id = 3"},
    {"S2", "a taken seat", "UPDATE seats SET status = 'RESERVED', reservation_id = 2 WHERE id = 7"},
    {"S2", "a seat of a live", "UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL, held_until = NULL WHERE id = 3"},
    {"S2", "the stored number", "UPDATE schedules SET available_seats = available_seats + 1"},
    {"S2", "the stored number", "UPDATE schedules SET available_seats = available_seats - 1"},
    {"S2", "the stored number", "UPDATE schedules SET available_version = version + 1"},
    {"S2", "the seats of a schedule", "DELETE FROM seats WHERE id = 10"},
    {"S2", "the seats of a schedule", "UPDATE seats SET id = 1000 WHERE id = 9"},
    {"S2", "a hall in the making", "UPDATE concerts SET deleted = 0"},
    {"S2", "a hall in the making", "UPDATE drafts SET concert_id = 1"},
    {"S2", "a hall in the making", "UPDATE schedules SET version = 1, available_version = 1 WHERE id = 4"},
    {"S4", "a reservation was", "UPDATE reservations SET ended_at = expires_at WHERE id = 2"},
    {"S4", "a reservation was", "UPDATE reservations SET ended_at = expires_at - 1 WHERE id = 1"},
    {"S5", "a reservation has at least", "DELETE FROM reservation_seats WHERE reservation_id = 1"},
    {"S5", "a reservation has at least", "UPDATE reservation_seats SET seat_id = 11 WHERE reservation_id = 1"},
    {"S6", "the amount", "UPDATE reservation_seats SET price = price - 1 WHERE seat_id = 1"},
    {"M1", "a balance", "UPDATE accounts SET balance = balance + 1 WHERE user_id = 1"},
    {"M1", "a balance", "DELETE FROM accounts"},
    {"M2", "a reservation is CONFIRMED", "DELETE FROM payments"},
    {"M2", "a reservation is CONFIRMED", "UPDATE reservations SET status = 'TEMPORARY', ended_at = NULL WHERE id = 2"},
    {"M2", "a reservation is CONFIRMED", "UPDATE payments SET amount = amount + 1"},
    {"M2", "a payment has an id", "INSERT INTO payments SELECT 1, id, user_id, amount, balance, paid_at FROM payments"},
    {"M2", "a payment has an id", "DELETE FROM payments"},
    {"M3", "every balance", "UPDATE accounts SET balance = -1"},
    {"M4", "a remembered", "UPDATE idempotency SET result = 3 WHERE operation = 2"},
    {"E1", "a reservation counts", "UPDATE reservations SET last_seq = 1 WHERE id = 2"},
    {"E1", "an event tells", "UPDATE events SET occurred_at = occurred_at + 1 WHERE type = 4"},
    {"E1", "an event tells", "UPDATE events SET occurred_at = occurred_at - 1 WHERE type = 1 AND reservation_id = 3"},
    {"E1", "an event tells", "UPDATE events SET type = 3 WHERE type = 2"},
    {"E1", "an event tells", "UPDATE events SET seq = 2 WHERE type = 1 AND reservation_id = 3"},
    {"E1", "an event tells", "INSERT INTO events (id, type, reservation_id, seq, occurred_at) VALUES (100, 1, 77, 1, 0)"},
    {"E1", "a change of a concert", "UPDATE events SET seq = 77 WHERE type = 6 AND seq = 2"},
    {"E1", "a change of a concert", "UPDATE events SET concert_id = 77 WHERE type = 6 AND seq = 2"},
    {"O1", "the deeds are numbered", "UPDATE deed_head SET last_id = last_id - 1"},
    {"O1", "the deeds are numbered", "UPDATE deed_head SET last_id = last_id + 1"},
    {"O1", "the deeds are numbered", "UPDATE deed_head SET hash = (SELECT hash FROM deeds WHERE id = 1)"},
    {"O1", "the deeds are numbered", "DELETE FROM deed_head"},
    {"O1",
     "the deeds are numbered",
     "INSERT INTO deeds (id, at, operator_name, address, what, concert_version, changes, previous_hash, hash)"
     " SELECT 1000, at, 'nobody', address, 'schedule.changed', 0, changes, previous_hash, hash FROM deeds WHERE id = 2"},
    {"O1",
     "a deed says",
     "INSERT INTO deeds (id, at, operator_name, address, what, concert_version, changes, previous_hash, hash)"
     " SELECT last_id + 1, 0, 'nobody', '', 'schedule.changed', 0, '{}', deed_head.hash, deed_head.hash FROM deed_head"},
    {"O2", "every change", "UPDATE concerts SET version = version + 1 WHERE id = 1"},
    {"O2", "every change", "UPDATE concerts SET deeds_since = 0 WHERE id = 2"},
    {"O2",
     "every change",
     "INSERT INTO deeds (id, at, operator_name, address, what, concert_id, concert_version, changes, previous_hash, hash)"
     " SELECT 1000, 0, 'nobody', '', 'concert.changed', 77, 1, '{}', hash, hash FROM deed_head"},
    {"O2", "every account", "UPDATE operators SET role = 'OWNER' WHERE id = 1"},
    {"O2", "every account", "UPDATE operators SET revoked_at = NULL WHERE id = 1"},
    {"O2", "every account", "UPDATE operators SET revoked_at = 1 WHERE id = 2"},
    {"O2",
     "every account",
     "INSERT INTO operators (id, name, role, token_hash, made_at) SELECT 3, 'thief', 'OWNER', hash, 0 FROM deed_head"},
    {"Q2", "a ticket's", "UPDATE queues SET tail = 1"},
    {"Q2", "a ticket's", "UPDATE queues SET front = 0"},
    {"D1", "every id", "UPDATE id_blocks SET next = 1 WHERE kind = 'reservation'"},
    {"D1", "no row points", "DELETE FROM concerts WHERE id = 2"},
    {"D1", "no row points", "DELETE FROM sections WHERE id = 2"},
};

// One that was never finished.
CommandPtr begin_hall() {
  const auto declare = [](Keys& keys) { keys.new_ids = {1, 1, 0, 0, 0, 0, 0}; };
  return CommandPtr{new LambdaCommand{
      declare, [](WorkingSet& set) {
        Concert hidden = NewConcert{}.concert;
        hidden.id = {set.take_id(IdKind::concert)};
        hidden.is_deleted = true;
        set.new_drafts.push_back({.concert = hidden.id, .begun_at = set.now});
        set.new_schedules.push_back(
            {.id = {set.take_id(IdKind::schedule)}, .concert = hidden.id, .starts_at = set.now, .first_seat = {1}});
        set.new_concerts.push_back(std::move(hidden));
        return Verdict::decided;
      }}};
}

bool is_of(const PlantedFault& fault, std::string_view rule, std::string_view what) {
  return rule == fault.rule && what.starts_with(fault.what);
}

}  // namespace

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
  execute(store, begin_hall());
  execute(store, name("Dawn"));
  execute(store, name("Dusk"));
  execute(store, add_operator({1}, "ann", Role::manager));
  execute(store, add_operator({2}, "ben", Role::owner));
  execute(store, revoke_operator({1}));
  const TimePoint now = clock.now();
  execute(store,
          move_queue(concert->concert,
                     2,
                     1,
                     {{.number = {1}, .user = kAnn, .state = TicketState::active, .issued_at = now, .admitted_at = now},
                      {.number = {2}, .user = kBen, .state = TicketState::waiting, .issued_at = now}}));
}

std::vector<PlantedFault> with_faults_of_every_store(std::initializer_list<std::span<const PlantedFault>> own) {
  std::vector<PlantedFault> faults{std::begin(kFaults), std::end(kFaults)};
  for (const auto some : own) faults.insert(faults.end(), some.begin(), some.end());
  return faults;
}

std::vector<PlantedFault> faults_within_the_horizon() {
  return {{"E1", "every transition", "DELETE FROM events WHERE type = 4"},
          {"E1", "every transition", "DELETE FROM events WHERE type = 1 AND reservation_id = 3"},
          {"E1", "every transition", "UPDATE events SET type = 5, reservation_id = NULL WHERE type = 3"},
          {"E1", "an event tells", "UPDATE events SET occurred_at = occurred_at + 1 WHERE type = 4"},
          {"E1", "an event tells", "UPDATE events SET reservation_id = 77 WHERE type = 3"},
          {"E1", "the event log", "DELETE FROM events WHERE type = 4"},
          {"E1", "the event log", "UPDATE event_horizon SET first_id = first_id - 1"},
          {"E1", "the event log", "UPDATE event_horizon SET first_id = first_id + 1"},
          {"E1", "every transition", "UPDATE event_horizon SET gone_until = 0"}};
}

void expect_found(const PlantedFault& fault, const std::vector<AuditLine>& lines) {
  const bool is_found = std::ranges::any_of(
      lines, [&](const AuditLine& line) { return is_of(fault, line.rule, line.what) && line.broken > 0 && !line.example.empty(); });
  EXPECT_TRUE(is_found) << fault.rule << ' ' << fault.what << " did not see: " << fault.sql;
}

void expect_sound(const std::vector<AuditLine>& lines) {
  for (const AuditLine& line : lines) {
    EXPECT_EQ(line.broken, 0) << line.rule << ' ' << line.what << ": " << line.example;
    EXPECT_GT(line.checked, 0) << line.rule << ' ' << line.what << " had nothing to look at";
  }
}

void expect_a_fault_for_each(const std::vector<sql::AuditRule>& rules, std::span<const PlantedFault> faults) {
  for (const sql::AuditRule& rule : rules)
    EXPECT_TRUE(std::ranges::any_of(faults, [&](const PlantedFault& fault) { return is_of(fault, rule.name, rule.what); }))
        << rule.name << ' ' << rule.what;
}

}  // namespace frontrow

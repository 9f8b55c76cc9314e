#include "support/store_moves.hpp"

#include <cstring>
#include <set>

namespace frontrow {

namespace {

std::int64_t& new_ids(Keys& keys, IdKind kind) { return keys.new_ids[static_cast<std::size_t>(kind)]; }

void put_seats(WorkingSet& set, ScheduleId schedule, SectionId section, int count, Points price, std::vector<SeatId>& out) {
  for (int number = 1; number <= count; ++number) {
    out.push_back({set.take_id(IdKind::seat)});
    set.new_seats.push_back(
        {.place = {.id = out.back(), .schedule = schedule, .section = section, .number = number}, .price = price});
  }
}

void remember(WorkingSet& set, const std::optional<IdempotencyKey>& key, std::int64_t result, std::int64_t value = 0) {
  if (key)
    set.add_idempotency({.key = *key, .fingerprint = 7, .result = result, .values = {value, -1, 1LL << 62}, .created_at = set.now});
}

Verdict hold_in(WorkingSet& set, const HoldMove& move, ReservationId& out) {
  std::set<ReservationId> over;
  for (const SeatId id : move.seats)
    if (const Seat& seat = set.seat(id)->seat; seat.status == SeatStatus::held && seat.held_until <= set.now)
      over.insert(seat.reservation);
  for (const ReservationId id : over) end_in(set, id, ReservationStatus::expired);
  const Seat& first = set.seat(move.seats.front())->seat;
  Reservation made{.id = {set.take_id(IdKind::reservation)},
                   .user = move.user,
                   .concert = move.concert,
                   .schedule = first.place.schedule,
                   .seats = {},
                   .amount = {},
                   .created_at = set.now,
                   .expires_at = set.now + kHold,
                   .ticket = move.ticket};
  for (const SeatId id : move.seats) {
    Seat& seat = set.change_seat(id);
    seat.status = SeatStatus::held;
    seat.reservation = made.id;
    seat.held_until = made.expires_at;
    made.seats.push_back({.id = id, .number = seat.place.number, .price = seat.price});
    made.amount += seat.price;
  }
  out = made.id;
  remember(set, move.key, made.id.value, 3);
  set.add_reservation(std::move(made));
  set.add_event(EventType::reservation_created, out);
  return Verdict::decided;
}

}  // namespace

Executed execute(Store& store, const std::vector<CommandPtr>& batch) {
  std::vector<Command*> commands;
  for (const CommandPtr& command : batch) commands.push_back(command.get());
  Executed executed;
  store.execute(commands, executed.set, executed.again);
  return executed;
}

Executed execute(Store& store, CommandPtr command) {
  std::vector<CommandPtr> batch;
  batch.push_back(std::move(command));
  return execute(store, batch);
}

CommandPtr create(const NewConcert& what, const std::shared_ptr<MadeConcert>& out) {
  const auto count = static_cast<std::int64_t>(what.seats_of_schedules.size());
  return std::make_unique<LambdaCommand>(
      [=](Keys& keys) {
        ++new_ids(keys, IdKind::concert);
        new_ids(keys, IdKind::schedule) += count;
        new_ids(keys, IdKind::section) += count;
        for (const int seats : what.seats_of_schedules) new_ids(keys, IdKind::seat) += seats;
      },
      [=](WorkingSet& set) {
        Concert concert = what.concert;
        concert.id = {set.take_id(IdKind::concert)};
        *out = {.concert = concert.id, .schedules = {}, .seats = {}};
        for (const int seats : what.seats_of_schedules) {
          const ScheduleId schedule{set.take_id(IdKind::schedule)};
          const SectionId section{set.take_id(IdKind::section)};
          set.new_schedules.push_back({.id = schedule, .concert = concert.id, .starts_at = set.now + std::chrono::days{3'650}});
          set.new_sections.push_back({.id = section, .schedule = schedule, .name = "Stalls"});
          out->schedules.push_back(schedule);
          put_seats(set, schedule, section, seats, what.price, out->seats.emplace_back());
        }
        set.add_concert(concert, "{}");
        return Verdict::decided;
      });
}

CommandPtr hold(const HoldMove& move, const Made<ReservationId>& out) {
  return std::make_unique<LambdaCommand>(
      [=](Keys& keys) {
        keys.holders.push_back({move.user, move.concert});
        keys.seats.insert(keys.seats.end(), move.seats.begin(), move.seats.end());
        if (move.key) keys.idempotency.push_back(*move.key);
        ++new_ids(keys, IdKind::reservation);
      },
      [=](WorkingSet& set) { return hold_in(set, move, *out); });
}

CommandPtr pay(ReservationId id, UserId user, const Made<PaymentId>& out, std::optional<IdempotencyKey> key) {
  return std::make_unique<LambdaCommand>(
      [=](Keys& keys) {
        keys.accounts.push_back(user);
        keys.reservations.push_back(id);
        if (key) keys.idempotency.push_back(*key);
        ++new_ids(keys, IdKind::payment);
        ++new_ids(keys, IdKind::ledger_entry);
      },
      [=](WorkingSet& set) {
        Reservation& reservation = set.change_reservation(id);
        reservation.status = ReservationStatus::confirmed;
        reservation.ended_at = set.now;
        for (const ReservedSeat& reserved : reservation.seats) {
          if (set.seat(reserved.id) == nullptr) continue;  // the reservation has ended: then this move must be refused
          Seat& seat = set.change_seat(reserved.id);
          seat.status = SeatStatus::sold;
          seat.held_until = {};
        }
        set.add_ledger_entry({.id = {set.take_id(IdKind::ledger_entry)},
                              .user = user,
                              .kind = LedgerKind::payment,
                              .amount = reservation.amount,
                              .reservation = id,
                              .at = set.now});
        *out = {set.take_id(IdKind::payment)};
        set.add_payment({.id = *out,
                         .reservation = id,
                         .user = user,
                         .amount = reservation.amount,
                         .balance = set.account(user).balance,
                         .paid_at = set.now});
        set.add_event(EventType::payment_completed, id);
        remember(set, key, id.value);
        return Verdict::decided;
      });
}

CommandPtr end(ReservationId id, ReservationStatus ending) {
  return std::make_unique<LambdaCommand>([=](Keys& keys) { keys.reservations.push_back(id); },
                                         [=](WorkingSet& set) {
                                           end_in(set, id, ending);
                                           return Verdict::decided;
                                         });
}

CommandPtr charge(UserId user, Points amount, std::optional<IdempotencyKey> key) {
  return std::make_unique<LambdaCommand>(
      [=](Keys& keys) {
        keys.accounts.push_back(user);
        if (key) keys.idempotency.push_back(*key);
        ++new_ids(keys, IdKind::ledger_entry);
      },
      [=](WorkingSet& set) {
        const LedgerEntryId id{set.take_id(IdKind::ledger_entry)};
        set.add_ledger_entry({.id = id, .user = user, .kind = LedgerKind::charge, .amount = amount, .at = set.now});
        remember(set, key, id.value, amount.value);
        return Verdict::decided;
      });
}

CommandPtr identify(const Subject& subject, const Made<UserId>& out) {
  return std::make_unique<LambdaCommand>(
      [=](Keys& keys) {
        keys.subjects.push_back(subject);
        ++new_ids(keys, IdKind::user);
      },
      [=](WorkingSet& set) {
        if (const UserId* known = set.user_of(subject)) {
          *out = *known;
          return Verdict::decided;
        }
        *out = UserId{set.take_id(IdKind::user)};
        set.add_subject(subject, *out);
        return Verdict::decided;
      });
}

CommandPtr price(const std::vector<SeatId>& seats, Points price) {
  return std::make_unique<LambdaCommand>([=](Keys& keys) { keys.seat_rows = seats; },
                                         [=](WorkingSet& set) {
                                           for (const SeatId seat : seats) set.change_seat(seat).price = price;
                                           return Verdict::decided;
                                         });
}

// Where tickets are rows of their own, the change is made to these.
CommandPtr move_queue(ConcertId concert, std::int64_t tail, std::int64_t front, const std::vector<TicketRow>& tickets) {
  return std::make_unique<LambdaCommand>(
      [=](Keys& keys) {
        keys.queues.push_back(concert);
        for (const TicketRow& row : tickets) keys.tickets.push_back({row.user, concert});
      },
      [=](WorkingSet& set) {
        QueueChange& change = set.queue(concert, {});
        change.row.tail = tail;
        change.row.front = front;
        for (const TicketRow& row : tickets) {
          if (set.ticket({row.user, concert}) == nullptr)
            change.put(row);
          else
            set.change_ticket(concert, row);
        }
        return Verdict::decided;
      });
}

CommandPtr add_operator(OperatorId number, const std::string& name, Role role) {
  return std::make_unique<LambdaCommand>(
      [](Keys& keys) { keys.operators = true; },
      [=](WorkingSet& set) {
        const Operator account{.id = number,
                               .name = name,
                               .role = role,
                               .token = sha256("token of " + name + " " + std::to_string(number.value)),
                               .made_at = set.now,
                               .expires_at = {}};
        set.add_operator(account, R"({"role":{"from":null,"to":")" + std::string{name_of(role)} + R"("}})");
        return Verdict::decided;
      });
}

CommandPtr revoke_operator(OperatorId number) {
  return std::make_unique<LambdaCommand>([](Keys& keys) { keys.operators = true; },
                                         [=](WorkingSet& set) {
                                           set.revoke_operator(number, "{}");
                                           return Verdict::decided;
                                         });
}

IdempotencyKey key_of(UserId owner, Operation operation, int number) {
  IdempotencyKey key{.owner = owner, .operation = operation, .hash = {}};
  std::memcpy(key.hash.data() + 3, &number, sizeof number);
  return key;
}

bool has_key(Store& store, const IdempotencyKey& key) {
  const auto found = std::make_shared<bool>(false);
  execute(store,
          std::make_unique<LambdaCommand>([=](Keys& keys) { keys.idempotency.push_back(key); },
                                          [=](WorkingSet& set) {
                                            *found = set.idempotency(key) != nullptr;
                                            return Verdict::decided;
                                          }));
  return *found;
}

void end_in(WorkingSet& set, ReservationId id, ReservationStatus ending) {
  Reservation& reservation = set.change_reservation(id);
  reservation.status = ending;
  reservation.ended_at = set.now;
  for (const ReservedSeat& reserved : reservation.seats) {
    if (set.seat(reserved.id) == nullptr) continue;  // the reservation has ended: then this move must be refused
    Seat& seat = set.change_seat(reserved.id);
    seat = {.place = seat.place, .price = seat.price};
  }
  set.add_event(ending == ReservationStatus::expired ? EventType::reservation_expired : EventType::reservation_cancelled, id);
}

}  // namespace frontrow

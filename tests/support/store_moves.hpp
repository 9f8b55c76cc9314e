// The moves of a sale, as bare commands on a store. They know the rows that a move writes and none of the rules that
// allow it. So a test of a store can also make impossible moves.
#pragma once

#include <memory>
#include <vector>

#include "ports/store.hpp"
#include "support/fakes/lambda_command.hpp"

namespace frontrow {

using CommandPtr = std::unique_ptr<LambdaCommand>;

struct Executed {
  WorkingSet set;
  std::vector<Command*> again;
};

// Runs one batch of these commands.
Executed execute(Store& store, const std::vector<CommandPtr>& batch);
Executed execute(Store& store, CommandPtr command);

// The result of a move; filled in when it is decided.
template <class Id>
using Made = std::shared_ptr<Id>;
template <class Id>
Made<Id> made() {
  return std::make_shared<Id>();
}

inline constexpr Duration kHold = std::chrono::seconds{300};

struct NewConcert {
  Concert concert = {.id = {}, .title = "Night of Strings", .artist = "", .venue = "", .booking = {}, .queue = {}};
  std::vector<int> seats_of_schedules = {10};
  Points price{50'000};
};
struct MadeConcert {
  ConcertId concert;
  std::vector<ScheduleId> schedules;
  std::vector<std::vector<SeatId>> seats;  // seats of each schedule, by number
};

CommandPtr create(const NewConcert& what, const std::shared_ptr<MadeConcert>& out);

struct HoldMove {
  UserId user;
  std::vector<SeatId> seats;  // of one schedule
  ConcertId concert{1};
  TicketNumber ticket = {};
  std::optional<IdempotencyKey> key = {};
};
// Takes the seats from any holder, and ends holds that are over by the clock.
CommandPtr hold(const HoldMove& move, const Made<ReservationId>& out);
CommandPtr pay(ReservationId reservation, UserId user, const Made<PaymentId>& out = made<PaymentId>(),
               std::optional<IdempotencyKey> key = {});
CommandPtr end(ReservationId reservation, ReservationStatus ending);
CommandPtr charge(UserId user, Points amount, std::optional<IdempotencyKey> key = {});
CommandPtr identify(const Subject& subject, const Made<UserId>& out);
// For seats in any state.
CommandPtr price(const std::vector<SeatId>& seats, Points price);
// Sets the counters of a queue, and the changed tickets.
CommandPtr move_queue(ConcertId concert, std::int64_t tail, std::int64_t front, const std::vector<TicketRow>& tickets);

// The account is number `number`; its token's hash is made of it.
CommandPtr add_operator(OperatorId number, const std::string& name, Role role = Role::viewer);
CommandPtr revoke_operator(OperatorId number);

IdempotencyKey key_of(UserId owner, Operation operation, int number);
// As a command that declares the key finds it.
bool has_key(Store& store, const IdempotencyKey& key);

// Ends one reservation of the set and frees its seats.
void end_in(WorkingSet& set, ReservationId id, ReservationStatus ending);

}  // namespace frontrow

#include "contract/store_contract.hpp"

#include <algorithm>

#include "support/store_picture.hpp"

namespace frontrow {

Loaded load(Store& store) {
  Loaded loaded;
  store.load({.concert = [&](const Concert& concert) { loaded.concerts.push_back(concert); },
              .schedule = [&](const Schedule& schedule) { loaded.schedules.push_back(schedule); },
              .section = [&](const Section& section) { loaded.sections.push_back(section); },
              .seat = [&](const Seat& seat) { loaded.seats.push_back(seat); },
              .held_reservation = [&](const Reservation& reservation) { loaded.held.push_back(reservation); },
              .queue = [&](const StoredQueue& queue) { loaded.queues.push_back(queue); },
              .ticket = [&](ConcertId concert, const TicketRow& row) { loaded.tickets.emplace_back(concert, row); },
              .completed_ticket = [&](ConcertId concert, TicketNumber number) { loaded.completed.emplace_back(concert, number); }});
  std::ranges::sort(loaded.completed);
  return loaded;
}

MadeConcert StoreContract::made_concert(const NewConcert& what) {
  const auto out = std::make_shared<MadeConcert>();
  execute(store(), create(what, out));
  return *out;
}

ReservationId StoreContract::made_hold(UserId user, std::vector<SeatId> seats, HoldMove move) {
  const auto out = made<ReservationId>();
  move.user = user;
  move.seats = std::move(seats);
  execute(store(), hold(move, out));
  return *out;
}

ReservationId StoreContract::made_sale(UserId user, std::vector<SeatId> seats, HoldMove move) {
  const ReservationId id = made_hold(user, std::move(seats), std::move(move));
  execute(store(), charge(user, {1'000'000}));
  execute(store(), pay(id, user));
  return id;
}

WorkingSet StoreContract::read(LambdaCommand::Declare declare) {
  return execute(store(), std::make_unique<LambdaCommand>(std::move(declare), [](WorkingSet&) { return Verdict::decided; })).set;
}

void StoreContract::expect_broken(const std::vector<CommandPtr>& batch) {
  const std::string before = picture();
  EXPECT_THROW(execute(store(), batch), ConstraintBroken);
  EXPECT_EQ(difference(picture(), before), "");
}

void StoreContract::expect_broken(CommandPtr command) {
  std::vector<CommandPtr> batch;
  batch.push_back(std::move(command));
  expect_broken(batch);
}

std::string StoreContract::picture() {
  constexpr UserId kUsers[] = {kAnn, kBen, kCho};
  return picture_of(store(), kUsers);
}

}  // namespace frontrow

#include "bench/scenarios/buyers.hpp"

#include <chrono>

#include "base/clock.hpp"
#include "bench/answer.hpp"

namespace frontrow::bench {

BuyScenario::BuyScenario(Stage& stage, std::vector<Endpoint> steps, std::int64_t price)
    : stage_(stage), steps_(std::move(steps)), price_(price), users_(stage.users) {
  stage_.tokens.resize(stage.users);
}

Venue::Seat BuyScenario::seat_of(std::uint32_t user) const {
  return stage_.venue.seat_at(scattered(stage_.first_index + user, stage_.venue.seats()));
}

void BuyScenario::on_arrival(Instant intended) {
  if (next_ < stage_.users) stage_.engine.call(next_++, steps_.front(), intended);
}

void BuyScenario::write_request(const Call& call, std::string& out) {
  switch (call.endpoint) {
    case Endpoint::join: return stage_.write_join(out, call.user);
    case Endpoint::poll: return stage_.write_poll(out, call.user);
    case Endpoint::seats: {
      const std::int64_t schedule = seat_of(call.user).schedule, version = users_[call.user].version;
      return version < 0 ? stage_.write_seats(out, call.user, schedule)
                         : stage_.write_seats_since(out, call.user, schedule, version);
    }
    case Endpoint::charge: return stage_.write_charge(out, call.user, price_);
    case Endpoint::pay: return stage_.write_pay(out, call.user, users_[call.user].reservation);
    case Endpoint::hold: {
      const Venue::Seat seat = seat_of(call.user);
      return stage_.write_hold(out, call.user, seat.schedule, {seat.seat});
    }
    case Endpoint::schedules:
    case Endpoint::cancel:
    case Endpoint::leave: return;
  }
}

void BuyScenario::on_answer(const Call& call, const Answer& answer) {
  const Instant now = steady_now();
  User& user = users_[call.user];
  if (call.endpoint == Endpoint::hold) stage_.tell_hold(call.user, answer);
  if (call.endpoint == Endpoint::charge) stage_.tell_charge(call.user, price_, answer);
  if (call.endpoint == Endpoint::pay) stage_.tell_pay(call.user, user.reservation, answer);
  if (answer.outcome != kOk) return end(now);
  if (call.endpoint == Endpoint::join || call.endpoint == Endpoint::poll) {
    const auto ticket = read_ticket(answer.body);
    if (!ticket) return end(now);
    if (call.endpoint == Endpoint::join) stage_.tokens[call.user] = ticket->token;
    if (call.endpoint == Endpoint::poll && ticket->state == TicketState::waiting)
      return stage_.engine.at(now + ticket->poll_after, call.user);
    // A waiting ticket is polled at the time that the last answer gave.
    if (ticket->state == TicketState::waiting) {
      ++user.step;
      return stage_.engine.at(now + ticket->poll_after, call.user);
    }
  }
  if (call.endpoint == Endpoint::seats) user.version = read_version(answer.body);
  if (call.endpoint == Endpoint::hold) {
    const auto hold = read_hold(answer.body);
    if (!hold) return end(now);
    user.reservation = hold->reservation;
  }
  ++user.step;
  go_on(call.user, now);
}

void BuyScenario::on_due(std::uint32_t user, Instant at) { go_on(user, at); }

void BuyScenario::go_on(std::uint32_t user, Instant now) {
  const std::size_t step = users_[user].step;
  if (step == steps_.size()) return end(now);
  stage_.engine.call(user, steps_[step], now);
}

void BuyScenario::end(Instant now) {
  ++done_;
  stage_.engine.journey_over(now);
}

}  // namespace frontrow::bench

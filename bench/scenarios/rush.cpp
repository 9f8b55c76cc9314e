#include "bench/scenarios/rush.hpp"

#include <algorithm>
#include <cmath>

#include "base/clock.hpp"

namespace frontrow::bench {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr int kMisses = 20;    // looks for a free seat before a person goes home
constexpr int kFailures = 20;  // errors in a row before a person goes home
constexpr milliseconds kPause{1000};
constexpr milliseconds kTooLate{300};

}  // namespace

RushScenario::RushScenario(Stage& stage, const RushManners& manners)
    : stage_(stage), manners_(manners), users_(stage.users), left_(stage.users) {
  stage_.tokens.resize(stage.users);
  for (User& user : users_) {
    user.fate = draw_fate();
    user.schedule = static_cast<std::uint32_t>(stage_.random.below(stage_.venue.schedules.size()));
  }
}

RushScenario::Fate RushScenario::draw_fate() {
  constexpr Fate kWays[] = {Fate::walks_off, Fate::leaves, Fate::gives_back, Fate::forgets};
  const double dice = stage_.random.unit();
  if (dice < manners_.give_up) return kWays[stage_.random.below(std::size(kWays))];
  return dice < manners_.give_up + manners_.pay_late ? Fate::pays_late : Fate::buys;
}

Instant RushScenario::after_thinking(Instant now) {
  const double share = std::min(5.0, -std::log(1 - stage_.random.unit()));
  return now +
         nanoseconds{static_cast<std::int64_t>(share * static_cast<double>(duration_cast<nanoseconds>(manners_.think).count()))};
}

void RushScenario::on_begin(Instant) { stage_.engine.tally().users_left = left_; }

void RushScenario::on_arrival(Instant intended) {
  if (next_ < stage_.users) stage_.engine.call(next_++, Endpoint::join, intended);
}

void RushScenario::later(std::uint32_t user, Endpoint next, Instant at) {
  users_[user].next = next;
  stage_.engine.at(at, user);
}

void RushScenario::on_due(std::uint32_t user, Instant at) {
  const Endpoint next = users_[user].next;
  if (next == Endpoint::poll && stage_.is_sold_out) return gone(user, at);
  stage_.engine.call(user, next, at);
}

void RushScenario::write_request(const Call& call, std::string& out) {
  const User& user = users_[call.user];
  const std::int64_t schedule = stage_.venue.schedules[user.schedule].id;
  switch (call.endpoint) {
    case Endpoint::join: return stage_.write_join(out, call.user);
    case Endpoint::poll: return stage_.write_poll(out, call.user);
    case Endpoint::schedules: return stage_.write_schedules(out);
    case Endpoint::seats: return stage_.write_seats(out, call.user, schedule);
    case Endpoint::hold: return stage_.write_hold(out, call.user, schedule, user.wanted);
    case Endpoint::charge: return stage_.write_charge(out, call.user, user.amount);
    case Endpoint::pay: return stage_.write_pay(out, call.user, user.reservation);
    case Endpoint::cancel: return stage_.write_cancel(out, call.user, user.reservation);
    case Endpoint::leave: return stage_.write_leave(out, call.user);
  }
}

void RushScenario::on_answer(const Call& call, const Answer& answer) {
  const Instant now = steady_now();
  User& user = users_[call.user];
  if (call.endpoint == Endpoint::charge) stage_.tell_charge(call.user, user.amount, answer);
  if (call.endpoint == Endpoint::pay) stage_.tell_pay(call.user, user.reservation, answer);
  if (call.endpoint == Endpoint::cancel) stage_.tell_cancel(call.user, user.reservation, answer);
  if (call.endpoint == Endpoint::hold) return on_hold(call.user, answer, now);
  if (kind_of(answer.outcome) == Kind::error) return failed(call, now);
  user.failures = 0;
  const bool is_ok = answer.outcome == kOk;
  switch (call.endpoint) {
    case Endpoint::join:
    case Endpoint::poll: {
      const auto ticket = is_ok ? read_ticket(answer.body) : std::nullopt;
      return ticket ? on_ticket(call.user, *ticket, now) : gone(call.user, now);
    }
    case Endpoint::schedules: return is_ok ? on_schedules(call.user, answer.body, now) : gone(call.user, now);
    case Endpoint::seats: return is_ok ? on_seats(call.user, answer.body, now) : gone(call.user, now);
    case Endpoint::charge: return is_ok ? later(call.user, Endpoint::pay, now) : gone(call.user, now);
    case Endpoint::pay:
    case Endpoint::cancel:
    case Endpoint::leave: return gone(call.user, now);
    case Endpoint::hold: return;
  }
}

// Sent again after a while, with the same meaning: a charge carries its key, and the other requests are safe to repeat.
void RushScenario::failed(const Call& call, Instant now) {
  if (++users_[call.user].failures > kFailures) return gone(call.user, now);
  later(call.user, call.endpoint, now + kPause + milliseconds{stage_.random.below(1000)});
}

void RushScenario::on_ticket(std::uint32_t index, const TicketAnswer& ticket, Instant now) {
  User& user = users_[index];
  stage_.tokens[index] = ticket.token;
  if (ticket.state == TicketState::active) return later(index, Endpoint::seats, after_thinking(now));
  if (ticket.state != TicketState::waiting) return gone(index, now);
  if (++user.polls == 2 && user.fate == Fate::walks_off) return gone(index, now);
  if (user.polls == 2 && user.fate == Fate::leaves) return leave(index, now);
  user.polls = std::min<std::uint8_t>(user.polls, 100);
  later(index, Endpoint::poll, now + ticket.poll_after);
}

void RushScenario::on_seats(std::uint32_t index, std::string_view body, Instant now) {
  User& user = users_[index];
  if (!read_free_seats(body, free_)) return gone(index, now);
  if (free_.empty()) return later(index, Endpoint::schedules, now);
  const std::size_t party = std::min<std::size_t>(free_.size(), 1 + stage_.random.below(2));
  const std::size_t at = stage_.random.below(free_.size() - party + 1);
  user.wanted.assign(free_.begin() + static_cast<std::ptrdiff_t>(at), free_.begin() + static_cast<std::ptrdiff_t>(at + party));
  later(index, Endpoint::hold, after_thinking(now));
}

void RushScenario::on_schedules(std::uint32_t index, std::string_view body, Instant now) {
  const auto schedules = read_schedules(body);
  if (!schedules) return gone(index, now);
  if (schedules->empty()) return missed(index, now);
  const std::int64_t chosen = (*schedules)[stage_.random.below(schedules->size())].id;
  const auto& all = stage_.venue.schedules;
  const auto found = std::ranges::find(all, chosen, &Venue::Schedule::id);
  if (found == all.end()) return gone(index, now);
  users_[index].schedule = static_cast<std::uint32_t>(found - all.begin());
  later(index, Endpoint::seats, now);
}

void RushScenario::on_hold(std::uint32_t index, const Answer& answer, Instant now) {
  User& user = users_[index];
  stage_.tell_hold(index, answer);
  if (kind_of(answer.outcome) == Kind::error) return failed({index, Endpoint::hold, now}, now);
  user.failures = 0;
  const auto hold = answer.outcome == kOk ? read_hold(answer.body) : std::nullopt;
  if (!hold) return missed(index, now);
  user.reservation = hold->reservation;
  user.amount = hold->amount;
  switch (user.fate) {
    case Fate::gives_back: return later(index, Endpoint::cancel, after_thinking(now));
    case Fate::forgets: return gone(index, now);
    case Fate::pays_late: return later(index, Endpoint::pay, now + (hold->expires_at - SystemClock{}.now()) + kTooLate);
    case Fate::buys:
    case Fate::walks_off:
    case Fate::leaves: return later(index, Endpoint::charge, after_thinking(now));
  }
}

// Another person was faster, or all seats are held: another look, soon.
void RushScenario::missed(std::uint32_t index, Instant now) {
  User& user = users_[index];
  if (stage_.is_sold_out || ++user.misses > kMisses) return leave(index, now);
  later(index, user.misses % 3 == 0 ? Endpoint::schedules : Endpoint::seats, after_thinking(now));
}

void RushScenario::leave(std::uint32_t index, Instant now) { later(index, Endpoint::leave, now); }

void RushScenario::gone(std::uint32_t index, Instant now) {
  if (std::exchange(users_[index].is_gone, true)) return;
  --left_;
  stage_.engine.tally().users_left = left_;
  stage_.engine.journey_over(now);
}

}  // namespace frontrow::bench

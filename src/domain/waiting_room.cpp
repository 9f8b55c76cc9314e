#include "domain/waiting_room.hpp"

#include <algorithm>
#include <cmath>

namespace frontrow {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr Duration kNearest{1'000};  // asked again by the very next person
constexpr Duration kNear{3'000};     // and by the person who is one hall's worth of places away
constexpr Duration kNearestWithoutSeats{3'500};
constexpr std::int64_t kNearAtMost = 5'000;  // people: more than these would be too many polls at the near intervals
constexpr double kPollsPerSecond = 5'000;    // limit on the cost of the polls of all people ahead of one
constexpr double kPollsOnTheWay = 10;        // from far away until called

constexpr double kMostOverbooked = 0.9;    // of no-shows: more is taken for this much
constexpr Duration kJoinCalls{1'000};      // calls nearer to each other than this are one
constexpr Duration kJoinOldCalls{10'000};  // the same, once their promises are over

std::int64_t floor_of(double tokens) { return static_cast<std::int64_t>(std::floor(std::max(0.0, tokens))); }

// Free places that a person may take now under the rate limit.
std::int64_t places(const Room& room, const QueueRow& row, TimePoint now) {
  const std::int64_t free = room.settings.max_active - row.active;
  return std::min(free, floor_of(row.bucket.available(now, room.settings.admissions_per_second)));
}

void admit(const Room& room, QueueRow& row, TicketRow& ticket, TimePoint now) {
  ticket.state = TicketState::active;
  ticket.admitted_at = now;
  ticket.back_by = {};
  ++row.active;
  ++row.admitted;
  row.bucket.take(now, room.settings.admissions_per_second, 1);
}

Duration spread(Duration interval, double unit) {
  return interval + Duration{static_cast<std::int64_t>(static_cast<double>(interval.count()) * kPollJitter * unit)};
}

// As many people as are likely to fill `places`, when a share of them does not come.
std::int64_t overbooked(double places, double no_show) {
  return floor_of(places / (1 - std::clamp(no_show, 0.0, kMostOverbooked)));
}

// The people between two calls are few, so calls are joined: the later number, the later promise.
void add_call(const Room& room, QueueRow& row, const TickFacts::Reach& reach, TimePoint now) {
  const Call call{.upto = reach.number,
                  .people = reach.people,
                  .at = now,
                  .until = now + longest_promise(room, row, reach.people - 1, now) + kPromiseGrace};
  row.front = reach.number;
  if (!row.calls.empty() && row.calls.back().upto > row.late && now - row.calls.back().at < kJoinCalls) {
    Call& last = row.calls.back();
    last.upto = call.upto;
    last.people += call.people;
    last.until = std::max(last.until, call.until);
    return;
  }
  row.calls.push_back(call);
}

void settle_promises(const Room& room, QueueRow& row, const TickFacts& facts, TimePoint now) {
  for (const Call& call : row.calls) {
    if (call.upto <= row.late) continue;
    if (now < call.until) break;
    if (call.people > 0) row.flow.settled(call.people, facts.missing(row.late, call.upto));
    row.late = call.upto;
  }
  while (!row.calls.empty() && row.calls.front().upto <= row.late && row.calls.front().until + room.limits.return_window <= now) {
    row.lapsed = row.calls.front().upto;
    row.calls.erase(row.calls.begin());
  }
  for (std::size_t i = 0; i + 1 < row.calls.size() && row.calls[i + 1].upto <= row.late;) {
    Call& next = row.calls[i + 1];
    if (next.at - row.calls[i].at >= kJoinOldCalls) {
      ++i;
      continue;
    }
    next.people += row.calls[i].people;
    next.at = row.calls[i].at;
    row.calls.erase(row.calls.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// The expected people whose poll is due by now: the grace is for slow networks, and few of these come.
std::int64_t overdue(const QueueRow& row, const TickFacts& facts, TimePoint now) {
  std::int64_t upto = row.late;
  for (const Call& call : row.calls)
    if (call.until - kPromiseGrace < now) upto = std::max(upto, call.upto);
  return upto == row.late ? 0 : facts.missing(row.late, upto);
}

// How many more people to call: until those who are expected are likely to fill the room, or to use up what the rate allows.
std::int64_t call_budget(const Room& room, const QueueRow& row, const TickFacts& facts, std::optional<std::int64_t> free_seats,
                         TimePoint now) {
  std::int64_t most_inside = room.settings.max_active;
  if (free_seats) most_inside = std::min(most_inside, *free_seats * room.limits.people_per_free_seat);
  const std::int64_t tokens = floor_of(row.bucket.available(now, room.settings.admissions_per_second));
  const std::int64_t places = std::min(most_inside - row.active, tokens);
  if (places <= 0) return 0;
  const Expected expected = facts.expected(row, now);
  const std::int64_t wanted = overbooked(static_cast<double>(places - expected.refused), row.flow.no_show());
  return std::max<std::int64_t>(0, wanted - expected.called + overdue(row, facts, now));
}

}  // namespace

Duration poll_interval(const Room& room, std::int64_t people_ahead, bool has_free_seats, double unit) {
  const double ahead = static_cast<double>(std::max<std::int64_t>(0, people_ahead));
  const double near = static_cast<double>(std::clamp<std::int64_t>(room.settings.max_active, 1, kNearAtMost));
  Seconds interval = kNearest;
  if (ahead <= near)
    interval = Seconds{kNearest} + Seconds{kNear - kNearest} * (ahead / near);
  else
    interval = Seconds{kNear} + Seconds{(ahead - near) / room.settings.admissions_per_second / kPollsOnTheWay};
  interval = std::max(interval, Seconds{ahead / kPollsPerSecond});
  if (!has_free_seats) interval = ahead <= near ? Seconds{kNearestWithoutSeats} : interval * 3;
  return spread(std::min(std::chrono::duration_cast<Duration>(interval), kMaxPollAfter), unit);
}

// A person who polled `ago` before now was then as many places farther away as people have been called since.
Duration longest_promise(const Room& room, const QueueRow& row, std::int64_t ahead, TimePoint now) {
  const bool had_seats = now - row.without_seats_at >= spread(kMaxPollAfter, 1);
  Duration longest = poll_interval(room, ahead, had_seats, 1);
  for (auto call = row.calls.rbegin(); call != row.calls.rend() && now - call->at < spread(kMaxPollAfter, 1); ++call) {
    ahead += call->people;
    longest = std::max(longest, poll_interval(room, ahead, had_seats, 1) - (now - call->at));
  }
  return longest;
}

void pass(QueueRow& row, std::int64_t number) {
  const bool has_promises = row.late < row.front;
  row.front = number;
  if (!has_promises) row.late = number;
  if (!row.calls.empty()) row.calls.back().upto = number;
}

bool follow_switch(const Room& room, QueueRow& row, TimePoint now) {
  if (room.settings.enabled == row.is_on) return false;
  row.is_on = room.settings.enabled;
  if (!row.is_on) {
    row.front = row.tail;
    row.late = row.front;
    row.lapsed = 0;
    row.calls = {{.upto = row.front, .people = 0, .at = now, .until = now}};
    return true;
  }
  row.free_upto = row.front;
  row.free_until = now + room.limits.idle;
  row.late = row.lapsed = 0;  // all of them are expected meanwhile
  row.calls = {{.upto = row.front, .people = 0, .at = now, .until = row.free_until}};
  return true;
}

Result<TicketRow> join(const Room& room, QueueRow& row, UserId user, const QueueFacts& facts, TimePoint now) {
  if (room.booking.has_closed(now)) return refuse(ErrorCode::booking_not_open);
  follow_switch(room, row, now);
  const bool nobody_waits = row.front == row.tail;
  TicketRow ticket{.number = {++row.tail}, .user = user, .issued_at = std::chrono::floor<std::chrono::seconds>(now)};
  if (!row.is_on) {
    pass(row, row.tail);
    return ticket;
  }
  if (!nobody_waits || !room.booking.is_open(now)) return ticket;
  const std::int64_t free = places(room, row, now);
  if (free <= facts.expected_below(row, ticket.number.value, now, free)) return ticket;
  pass(row, row.tail);
  row.flow.settled(1, 0);
  admit(room, row, ticket, now);
  return ticket;
}

bool claim(const Room& room, QueueRow& row, TicketRow& ticket, const QueueFacts& facts, TimePoint now) {
  follow_switch(room, row, now);
  const std::int64_t number = ticket.number.value;
  if (ticket.state != TicketState::waiting || number > row.front || !row.is_on || !room.booking.is_open(now)) return false;
  if (number <= row.free_upto && now < row.free_until) {
    admit(room, row, ticket, now);
    return true;
  }
  const bool is_on_time = number > row.late || now <= ticket.back_by;
  const std::int64_t free = row.has_free_seats ? places(room, row, now) : 0;
  // The `back_by` of a late person is over, so these do not count the person's own number.
  if (free > 0 && free > facts.expected_below(row, is_on_time ? number : kAllNumbers, now, free)) {
    admit(room, row, ticket, now);
    return true;
  }
  ticket.back_by = now + spread(kRetryWhenCalled, 1) + kPromiseGrace;
  return true;
}

bool tick(const Room& room, QueueRow& row, const TickFacts& facts, std::optional<std::int64_t> free_seats, TimePoint now) {
  QueueRow before = row;
  follow_switch(room, row, now);
  const Inside inside = facts.inside(now);
  row.flow.observe(inside, row.admitted, now);
  if (free_seats) row.has_free_seats = *free_seats > 0;
  if (!row.has_free_seats) row.without_seats_at = now;
  before.flow = row.flow;  // habits alone are not worth a commit
  before.without_seats_at = row.without_seats_at;
  row.active = inside.people;
  if (!row.is_on) return row != before;
  settle_promises(room, row, facts, now);
  if (room.booking.is_open(now) && row.front < row.tail) {
    const std::int64_t budget = call_budget(room, row, facts, free_seats, now);
    // Numbers that were left are passed free of charge, also when no ticket is called behind them.
    const TickFacts::Reach reach = budget > 0 ? facts.reach(row.front, budget) : TickFacts::Reach{row.front, 0};
    if (reach.people > 0)
      add_call(room, row, reach, now);
    else if (budget > 0)
      pass(row, row.tail);
  }
  return row != before;
}

TimePoint may_hold_until(const Room& room, const Stay& stay) {
  return std::min(stay.admitted_at + room.limits.active, stay.seen_at + room.limits.idle);
}

bool has_stay_ended(const Room& room, const Stay& stay, TimePoint now) {
  return room.settings.enabled && may_hold_until(room, stay) <= now && stay.holds_until <= now;
}

bool has_place_lapsed(const Room& room, const QueueRow& row, const TicketRow& ticket, TimePoint now) {
  if (ticket.state != TicketState::waiting || !row.is_on || ticket.number.value > row.lapsed) return false;
  return ticket.back_by + room.limits.return_window <= now;
}

}  // namespace frontrow

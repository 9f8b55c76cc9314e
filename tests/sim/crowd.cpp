#include "sim/crowd.hpp"

#include <algorithm>

namespace frontrow::sim {

namespace {
constexpr int kUsers = 26;
constexpr std::int64_t kOperationsPerConcert = 1'200;
}  // namespace

Crowd::Crowd(Service& service, SimClock& clock, Random& random, Report& report, const SaleModel& model)
    : service_(service), clock_(clock), random_(random), report_(report), model_(model) {
  for (int i = 1; i <= kUsers; ++i) {
    const Habit habit = i <= kUsers / 3 ? Habit::honest : static_cast<Habit>(i % kHabits);
    const int devices = chance(35) ? 2 : 1;
    for (int device = 0; device < devices; ++device) devices_.push_back({.user = {100 + i}, .habit = habit});
  }
}

std::optional<std::int64_t> Crowd::maybe_key(int percent) { return chance(percent) ? std::optional{next_key_++} : std::nullopt; }

// Most people want the newest concert.
ConcertId Crowd::some_concert() {
  if (chance(65)) return model_.concerts.rbegin()->first;
  return any_of(model_.concerts).first;
}

ScheduleId Crowd::some_schedule(ConcertId concert) {
  std::vector<ScheduleId> ids;
  for (const auto& [id, schedule] : model_.schedules)
    if (schedule.concert == concert) ids.push_back(id);
  return ids.empty() || chance(1) ? any_of(model_.schedules).first : any_of(ids);
}

std::optional<TimePoint> Crowd::next_appointment() const {
  return appointments_.empty() ? std::nullopt : std::optional{appointments_.begin()->first};
}

// Sending.

void Crowd::send(Device& device, Attempt attempt) {
  attempt.user = device.user;
  send_once(device, attempt);
  if (device.habit != Habit::double_clicker || attempt.kind == Attempt::Kind::look) return;
  if (chance(30)) attempt.key = {};
  if (chance(70))
    send_once(device, attempt);
  else
    at(clock_.now() + Duration{between(1, 2'000)}, [this, &device, attempt] { send_once(device, attempt); });
}

void Crowd::send_once(Device& device, const Attempt& attempt) {
  const std::uint64_t name = next_attempt_++;
  device.under_way.emplace(name, attempt);
  service_.send(attempt, [this, &device, name](Reply reply) {
    const auto mine = device.under_way.find(name);
    const Attempt asked = std::move(mine->second);
    device.under_way.erase(mine);
    if (chance(2)) return report_.step("  its reply is lost"), try_again(device, asked, 80);
    replied(device, asked, reply);
  });
}

void Crowd::try_again(Device& device, Attempt attempt, int percent) {
  if (++attempt.tries > 4 || !chance(percent)) return;
  // A person who does not know whether it worked may press the button again, which is another request.
  if (chance(20)) attempt.key = maybe_key(50);
  at(clock_.now() + Duration{between(0, 1'500)}, [this, &device, attempt] { send_once(device, attempt); });
}

void Crowd::lose_replies() {
  const auto lose = [this](Device& device) {
    auto lost = std::move(device.under_way);
    device.under_way.clear();
    for (const auto& [name, attempt] : lost) try_again(device, attempt, 80);
  };
  for (Device& device : devices_) lose(device);
  lose(administrator_);
}

void Crowd::replied(Device& device, const Attempt& attempt, const Reply& reply) {
  if (reply.refused == ErrorCode::outcome_unknown || reply.refused == ErrorCode::store_unavailable ||
      reply.refused == ErrorCode::overloaded || reply.refused == ErrorCode::seat_locked)
    return try_again(device, attempt, 85);
  switch (attempt.kind) {
    case Attempt::Kind::join:
    case Attempt::Kind::status:
      if (!reply.refused) {
        Place& place = device.places[reply.ticket.concert];
        if (!place.token.empty() && place.token != reply.token) device.old_tokens[reply.ticket.concert] = place.token;
        place = {.token = reply.token,
                 .ticket = reply.ticket,
                 .status = reply.view.status,
                 .next_poll = clock_.now() + reply.view.poll_after};
      }
      break;
    case Attempt::Kind::leave:
      if (!reply.refused && chance(90)) device.places.erase(attempt.concert);
      break;
    case Attempt::Kind::look:
      if (!reply.refused) seen(device, attempt, reply);
      break;
    case Attempt::Kind::hold:
      if (reply.refused) {
        const auto place = device.places.find(attempt.concert);
        if (place != device.places.end() &&
            (reply.refused == ErrorCode::queue_token_expired || reply.refused == ErrorCode::queue_token_completed))
          place->second.status = TicketStatus::expired;
        break;
      }
      if (std::ranges::none_of(device.holds, [&](const Held& held) { return held.id == reply.reservation.id; }))
        device.holds.push_back({reply.reservation.id, attempt.concert, reply.reservation.expires_at});
      expect_a_fight(device, attempt, reply.reservation);
      break;
    case Attempt::Kind::pay:
      if (reply.refused == ErrorCode::insufficient_points) {
        charge(device);
        at(clock_.now() + Duration{between(0, 5'000)},
           [this, &device, id = attempt.reservation, concert = attempt.concert] { pay(device, id, concert); });
        break;
      }
      [[fallthrough]];
    case Attempt::Kind::cancel:
      std::erase_if(device.holds, [&](const Held& held) { return held.id == attempt.reservation; });
      device.old_holds.push_back(attempt.reservation);
      break;
    case Attempt::Kind::charge:
    case Attempt::Kind::create:
    case Attempt::Kind::add_schedules:
    case Attempt::Kind::patch:
    case Attempt::Kind::move_date:
    case Attempt::Kind::reprice: break;
  }
}

// The last moments of a hold: its owner pays at the deadline or just beside it, and another user wants the seats then.
void Crowd::expect_a_fight(Device& owner, const Attempt& attempt, const Reservation& held) {
  const auto moment = [&] {
    const Duration beside = chance(40) ? Duration{0} : chance(50) ? Duration{between(-1, 1)} : Duration{between(-100, 100)};
    return held.expires_at + beside;
  };
  if (owner.habit == Habit::late_payer || chance(15))
    at(moment(), [this, &owner, id = held.id, concert = attempt.concert] {
      is_urgent_ = chance(70);
      pay(owner, id, concert);
    });
  if (!chance(35)) return;
  at(moment(), [this, concert = attempt.concert, schedule = attempt.schedule, seats = attempt.seats] {
    for (Device& rival : devices_) {
      const auto place = rival.places.find(concert);
      if (place == rival.places.end() || place->second.status != TicketStatus::active || chance(50)) continue;
      is_urgent_ = chance(70);
      return send(rival,
                  {.kind = Attempt::Kind::hold,
                   .concert = concert,
                   .schedule = schedule,
                   .seats = seats,
                   .token = place->second.token,
                   .key = maybe_key(40)});
    }
  });
}

// A device that follows changes must end with the same map as one that reads everything.
void Crowd::seen(Device& device, const Attempt& attempt, const Reply& reply) {
  SeatView& view = device.views[attempt.schedule];
  if (reply.stamp.version < view.version)
    report_.broken("S4", "schedule {} went back from version {} to {}", attempt.schedule.value, view.version, reply.stamp.version);
  view.version = reply.stamp.version;
  if (reply.is_full) view.seats.assign(reply.seats.size(), {});
  for (const SeatMap::Shown& seat : reply.seats) view.seats[seat.index] = seat;
  service_.shown(attempt.schedule, reply.stamp, view.seats);
}

// Habits.

void Crowd::act() {
  if (!appointments_.empty() && appointments_.begin()->first <= clock_.now()) {
    const auto what = std::move(appointments_.extract(appointments_.begin()).mapped());
    return what();
  }
  if (report_.operations > concerts_made_ * kOperationsPerConcert || chance(1)) return administer();
  act(any_of(devices_));
}

void Crowd::act(Device& device) {
  if (!device.holds.empty() && chance(60)) return act_on_hold(device, any_of(device.holds));
  if (chance(device.habit == Habit::broke ? 2 : 6)) return charge(device);
  if (!device.old_holds.empty() && chance(4)) {
    const ReservationId old = any_of(device.old_holds);
    if (chance(50)) return pay(device, old, some_concert());
    return send(device, {.kind = Attempt::Kind::cancel, .reservation = old});
  }
  ConcertId concert = some_concert();
  if (chance(50))  // a person who is inside somewhere goes on there
    for (const auto& [id, place] : device.places)
      if (place.status == TicketStatus::active) concert = id;
  const auto at = device.places.find(concert);
  if (at == device.places.end()) return join(device, concert);
  Place& place = at->second;
  switch (place.status) {
    case TicketStatus::waiting:
      if (device.habit == Habit::quitter && chance(6))
        return send(device, {.kind = Attempt::Kind::leave, .concert = concert, .token = place.token});
      if (chance(4)) return hold(device, concert, place);
      if (chance(8)) return join(device, concert);
      if (place.next_poll <= clock_.now() || chance(5))
        return send(device, {.kind = Attempt::Kind::status, .concert = concert, .token = place.token});
      return look(device, concert, place);
    case TicketStatus::active: return act_inside(device, concert, place);
    case TicketStatus::expired:
    case TicketStatus::completed:
      if (chance(15)) return send(device, {.kind = Attempt::Kind::status, .concert = concert, .token = place.token});
      return join(device, concert);
  }
}

void Crowd::act_inside(Device& device, ConcertId concert, Place& place) {
  if (device.habit == Habit::quitter && chance(10))
    return send(device, {.kind = Attempt::Kind::leave, .concert = concert, .token = place.token});
  if (chance(30)) return look(device, concert, place);
  if (chance(15)) return send(device, {.kind = Attempt::Kind::status, .concert = concert, .token = place.token});
  hold(device, concert, place);
}

void Crowd::act_on_hold(Device& device, const Held& held) {
  if (held.until + Duration{5'000} < clock_.now()) {
    device.old_holds.push_back(held.id);
    const ReservationId id = held.id;
    std::erase_if(device.holds, [&](const Held& other) { return other.id == id; });
    return act(device);
  }
  const auto known = device.places.find(held.concert);
  if (known == device.places.end()) return join(device, held.concert);
  Place* place = &known->second;
  switch (device.habit) {
    case Habit::late_payer:
      if (chance(90)) return act_inside(device, held.concert, *place);
      break;
    case Habit::quitter:
      if (chance(40)) return send(device, {.kind = Attempt::Kind::cancel, .reservation = held.id});
      if (chance(70)) return device.holds.clear();  // the person vanishes
      break;
    case Habit::greedy:
      if (chance(50)) return act_inside(device, held.concert, *place);
      break;
    case Habit::honest:
    case Habit::double_clicker:
    case Habit::broke: break;
  }
  if (chance(10)) return send(device, {.kind = Attempt::Kind::cancel, .reservation = held.id});
  if (chance(25)) return look(device, held.concert, *place);
  if (chance(15)) return hold(device, held.concert, *place);
  if (chance(60)) pay(device, held.id, held.concert);
}

// Requests.

void Crowd::join(Device& device, ConcertId concert) {
  if (!is_buying_) return;
  send(device, {.kind = Attempt::Kind::join, .concert = concert, .key = maybe_key(40)});
}

void Crowd::look(Device& device, ConcertId concert, const Place& place) {
  Attempt attempt{.kind = Attempt::Kind::look, .concert = concert, .schedule = some_schedule(concert), .token = place.token};
  const auto view = device.views.find(attempt.schedule);
  if (view != device.views.end() && chance(75)) attempt.since = view->second.version;
  send(device, std::move(attempt));
}

void Crowd::hold(Device& device, ConcertId concert, const Place& place) {
  if (!is_buying_) return;
  Attempt attempt{.kind = Attempt::Kind::hold,
                  .concert = concert,
                  .schedule = some_schedule(concert),
                  .token = place.token,
                  .key = maybe_key(40)};
  if (chance(3) && device.old_tokens.contains(concert)) attempt.token = device.old_tokens.at(concert);
  const ModelSchedule& schedule = model_.schedules.at(attempt.schedule);
  const auto view = device.views.find(attempt.schedule);
  const std::int64_t wanted = device.habit == Habit::greedy ? between(1, 6) : chance(60) ? 1 : between(1, 4);
  const std::int64_t first = chance(40) ? 0 : between(0, schedule.seats - 1);  // the best seats are asked for most
  for (std::int64_t i = 0; i < schedule.seats && static_cast<std::int64_t>(attempt.seats.size()) < wanted; ++i) {
    const auto index = static_cast<std::size_t>((first + i) % schedule.seats);
    if (view != device.views.end() && view->second.seats.size() > index &&
        view->second.seats[index].status != SeatStatus::available && !chance(15))
      continue;
    attempt.seats.push_back({schedule.first_seat.value + static_cast<std::int64_t>(index)});
  }
  if (attempt.seats.empty()) return look(device, concert, place);
  if (chance(30)) std::ranges::reverse(attempt.seats);
  if (chance(1)) attempt.seats.push_back({schedule.first_seat.value + schedule.seats});
  send(device, std::move(attempt));
}

void Crowd::pay(Device& device, ReservationId reservation, ConcertId concert) {
  const auto place = device.places.find(concert);
  if (place == device.places.end()) return;
  send(device,
       {.kind = Attempt::Kind::pay,
        .concert = concert,
        .reservation = reservation,
        .token = place->second.token,
        .key = maybe_key(50)});
}

void Crowd::charge(Device& device) {
  Attempt attempt{.kind = Attempt::Kind::charge, .amount = {between(20, 400) * 1'000}, .key = maybe_key(70)};
  if (chance(2)) attempt.amount = kMaxAmount;
  if (device.last_key && chance(3)) attempt.key = device.last_key;  // used before, for another amount
  device.last_key = attempt.key;
  send(device, std::move(attempt));
}

// The administrator.

void Crowd::open_sale() { administer(); }

void Crowd::administer() {
  const auto schedule = [&] {
    return SchedulePlan{
        .starts_at = clock_.now() + std::chrono::hours{1'000},
        .sections = {
            {.name = "", .rows = 0, .seats_per_row = static_cast<int>(between(4, 24)), .price = {between(1, 40) * 1'000}}}};
  };
  if (report_.operations >= concerts_made_ * kOperationsPerConcert) {
    ++concerts_made_;
    Attempt attempt{.kind = Attempt::Kind::create, .key = maybe_key(50)};
    attempt.plan = {
        .title = fmt::format("concert {}", concerts_made_), .artist = "", .venue = "", .booking = {}, .queue = {}, .schedules = {}};
    attempt.plan.queue = {.enabled = !chance(15),
                          .max_active = static_cast<int>(between(2, 16)),
                          .admissions_per_second = static_cast<int>(between(1, 10))};
    for (std::int64_t i = between(1, 3); i > 0; --i) attempt.plan.schedules.push_back(schedule());
    if (chance(20)) attempt.plan.booking.opens_at = clock_.now() + Duration{between(1, 60'000)};
    return send_once(administrator_, attempt);
  }
  if (model_.concerts.empty()) return;
  const ConcertId concert = some_concert();
  if (chance(15) && model_.schedules.size() < 40) {
    Attempt attempt{.kind = Attempt::Kind::add_schedules, .concert = concert, .key = maybe_key(50)};
    attempt.plan.schedules.push_back(schedule());
    return send_once(administrator_, attempt);
  }
  if (chance(40)) return edit_schedule(concert);
  patch_concert(concert);
}

// Now and then for a schedule or a seat of another concert.
void Crowd::edit_schedule(ConcertId concert) {
  Attempt attempt{.kind = Attempt::Kind::move_date, .concert = concert, .schedule = some_schedule(concert)};
  attempt.starts_at = clock_.now() + std::chrono::hours{between(1, 3) * 1'000};
  if (chance(30)) return send_once(administrator_, attempt);
  attempt.kind = Attempt::Kind::reprice;
  const ModelSchedule& schedule = model_.schedules.at(attempt.schedule);
  const std::int64_t first = between(0, schedule.seats - 1), last = chance(3) ? schedule.seats : between(first, schedule.seats - 1);
  for (std::int64_t i = first; i <= last; ++i)
    attempt.prices.push_back({{schedule.first_seat.value + i}, {between(1, 40) * 1'000}});
  send_once(administrator_, attempt);
}

void Crowd::patch_concert(ConcertId concert) {
  Attempt attempt{.kind = Attempt::Kind::patch, .concert = concert};
  QueueSettings queue = model_.concerts.at(concert).queue;
  const auto later = [&](ConcertPatch patch) {
    at(clock_.now() + Duration{between(500, 40'000)},
       [this, concert, patch] { send_once(administrator_, {.kind = Attempt::Kind::patch, .concert = concert, .patch = patch}); });
  };
  switch (random_.below(6)) {
    case 0: queue.max_active = static_cast<int>(between(1, 3)); break;  // lowered: no person inside is thrown out
    case 1: queue.max_active = static_cast<int>(between(3, 20)); break;
    case 2: queue.admissions_per_second = static_cast<int>(between(1, 8)); break;
    case 3:
      queue.enabled = !queue.enabled;
      if (!queue.enabled)
        later({.queue = QueueSettings{
                   .enabled = true, .max_active = queue.max_active, .admissions_per_second = queue.admissions_per_second}});
      break;
    case 4:
      attempt.patch.closes_at = clock_.now() + Duration{between(-1'000, 5'000)};
      later({.closes_at = std::optional<TimePoint>{}});
      break;
    default:
      attempt.patch.opens_at = clock_.now() + Duration{between(0, 5'000)};
      later({.opens_at = std::optional<TimePoint>{}});
      break;
  }
  attempt.patch.queue = queue;
  send_once(administrator_, attempt);
}

// The end of a run.

void Crowd::stop_buying() {
  is_buying_ = false;
  appointments_.clear();
  for (const auto& [id, concert] : model_.concerts) {
    QueueSettings queue = concert.queue;
    queue.enabled = true;
    send_once(administrator_,
              {.kind = Attempt::Kind::patch,
               .concert = id,
               .patch = {.opens_at = std::optional<TimePoint>{}, .closes_at = std::optional<TimePoint>{}, .queue = queue}});
  }
}

// Free seats, or seats of holds that may lapse. Without any, nobody is called.
bool Crowd::may_have_a_seat(ConcertId concert) const {
  return std::ranges::any_of(model_.seats, [&](const auto& entry) {
    const ModelSchedule& date = model_.schedules.at(entry.second.schedule);
    return date.concert == concert && entry.second.status != SeatStatus::sold &&
           !is_over(sales_end(model_.concerts.at(concert), {.starts_at = date.starts_at}), clock_.now());
  });
}

bool Crowd::poll_as_told() {
  bool anybody_waits = false;
  for (Device& device : devices_) {
    for (auto& [concert, place] : device.places) {
      if (place.status == TicketStatus::active) {
        send_once(device, {.kind = Attempt::Kind::leave, .user = device.user, .concert = concert, .token = place.token});
        place.status = TicketStatus::expired;
        anybody_waits = true;
      } else if (place.status == TicketStatus::waiting) {
        anybody_waits = anybody_waits || may_have_a_seat(concert);
        if (place.next_poll <= clock_.now()) {
          place.next_poll = clock_.now() + Duration{1'000};
          send_once(device, {.kind = Attempt::Kind::status, .user = device.user, .concert = concert, .token = place.token});
        }
      }
    }
  }
  return anybody_waits;
}

}  // namespace frontrow::sim

#include "sim/sale_model.hpp"

#include <algorithm>

#include "sim/render.hpp"

namespace frontrow::sim {

namespace {
std::string refused(ErrorCode code) { return render(Refusal{.code = code}); }
}  // namespace

// A batch.

void SaleModel::begin(TimePoint now, const WorkingSet& set, std::vector<ToldEvent> events) {
  now_ = now;
  events_ = std::move(events);
  next_event_ = 0;
  touched.clear();
  news.clear();
  for (const Concert& concert : set.new_concerts) concerts[concert.id] = concert, new_concerts_.push_back(concert.id);
  for (const Schedule& schedule : set.new_schedules) {
    schedules[schedule.id] = {.concert = schedule.concert, .starts_at = schedule.starts_at, .first_seat = {}};
    new_schedules_.push_back(schedule.id);
  }
  for (const Seat& seat : set.new_seats) {
    const SeatPlace& place = seat.place;
    ModelSchedule& schedule = schedules.at(place.schedule);
    if (schedule.seats++ == 0) schedule.first_seat = place.id;
    if (!seats.emplace(place.id, ModelSeat{place.id, place.schedule, place.number, seat.price}).second)
      report_.broken("D1", "seat id {} was given twice", place.id.value);
  }
}

void SaleModel::end() {
  for (const ScheduleId id : touched) ++schedules.at(id).version;
  if (!new_concerts_.empty() || !new_schedules_.empty()) report_.broken("D1", "a concert was made that nobody asked for");
  if (next_event_ < events_.size())
    report_.broken("E1",
                   "event {} of reservation {} tells of nothing that happened",
                   events_[next_event_].id.value,
                   events_[next_event_].event.reservation.value);
}

ToldEvent SaleModel::told(EventType type, ReservationId id, int seq) {
  if (next_event_ == events_.size()) {
    report_.broken("E1", "no {} was logged for reservation {}", name_of(type), id.value);
    return {.id = {}, .event = {.type = type, .reservation = id ? id : ReservationId{-1}}, .payment = {}};
  }
  const ToldEvent& row = events_[next_event_++];
  const Event& event = row.event;
  if (event.type != type || event.seq != seq || event.occurred_at != now_ || (id && event.reservation != id))
    report_.broken("E1",
                   "event {} is {} {} of reservation {} at {}, expected {} {} of {} at {}",
                   row.id.value,
                   name_of(event.type),
                   event.seq,
                   event.reservation.value,
                   ms(event.occurred_at),
                   name_of(type),
                   seq,
                   id.value,
                   ms(now_));
  return row;
}

void SaleModel::told_change(EventType type, ConcertId id) {
  const std::int64_t seq = ++concerts.at(id).version;
  if (next_event_ == events_.size()) return report_.broken("E1", "no {} was logged for concert {}", name_of(type), id.value);
  const Event& event = events_[next_event_++].event;
  if (event.type != type || event.seq != seq || event.occurred_at != now_ || event.concert != id)
    report_.broken("E1",
                   "{} {} of concert {} was logged, expected {} {} of {}",
                   name_of(event.type),
                   event.seq,
                   event.concert.value,
                   name_of(type),
                   seq,
                   id.value);
}

void SaleModel::add_news(const Reservation& reservation) {
  news.push_back({reservation.concert, reservation.ticket, reservation.id, reservation.expires_at, reservation.status});
}

// Holding.

bool SaleModel::has_exactly(const Reservation& reservation, std::vector<SeatId> wanted) {
  std::ranges::sort(wanted);
  return std::ranges::equal(reservation.seats, wanted, {}, &ReservedSeat::id);
}

int SaleModel::live_seats(UserId user, ConcertId concert, TimePoint now) const {
  int count = 0;
  const auto mine = of_user.find(user);
  if (mine == of_user.end()) return 0;
  for (const ReservationId id : mine->second) {
    const Reservation& reservation = reservations.at(id);
    if (reservation.concert == concert && reservation.is_live(now)) count += static_cast<int>(reservation.seats.size());
  }
  return count;
}

std::string SaleModel::hold(const HoldRequest& request) {
  const int live = live_seats(request.user, request.concert, now_);
  const int left = std::max(0, limits_.max_seats_per_user - live);
  if (const ModelKey* first = find_key(request.idempotent)) {
    if (first->fingerprint != request.idempotent->fingerprint) return refused(ErrorCode::idempotency_key_reused);
    Reservation made = reservations.at({first->result});
    if (made.status == ReservationStatus::held && made.expires_at <= now_) made.status = ReservationStatus::expired;
    return render(HoldOutcome{.reservation = made, .seats_left_for_user = left, .is_replay = true});
  }
  for (const ReservationId id : of_user[request.user]) {
    const Reservation& mine = reservations.at(id);
    if (mine.status == ReservationStatus::held && now_ < mine.expires_at && mine.concert == request.concert &&
        mine.schedule == request.schedule && has_exactly(mine, request.seats))
      return render(HoldOutcome{.reservation = mine, .seats_left_for_user = left, .is_new = false});
  }
  if (request.entry_refusal) return render(*request.entry_refusal);
  const auto concert = concerts.find(request.concert);
  if (concert == concerts.end()) return refused(ErrorCode::concert_not_found);
  const auto schedule = schedules.find(request.schedule);
  if (schedule == schedules.end() || schedule->second.concert != request.concert) return refused(ErrorCode::schedule_not_found);
  const auto is_elsewhere = [&](SeatId id) { return !seats.contains(id) || seats.at(id).schedule != request.schedule; };
  if (std::ranges::any_of(request.seats, is_elsewhere)) return refused(ErrorCode::seat_not_found);
  if (!concert->second.booking.is_open(now_)) return refused(ErrorCode::booking_not_open);
  const Refusal too_many{.code = ErrorCode::seat_limit_exceeded, .seats_left_for_user = left};
  Refusal taken{.code = ErrorCode::seat_already_reserved};
  for (const SeatId id : request.seats)
    if (seats.at(id).shown(now_) != SeatStatus::available) taken.seat_ids.push_back(id);
  if (!taken.seat_ids.empty()) return render(taken);
  if (static_cast<int>(request.seats.size()) > std::min(left, limits_.max_seats_per_hold)) return render(too_many);

  if (const auto refusal = refuse_hoarder(request)) return render(*refusal);

  std::set<ReservationId> over;
  for (const SeatId id : request.seats)
    if (seats.at(id).status == SeatStatus::held) over.insert(seats.at(id).reservation);
  for (const ReservationId id : over) end_reservation(id, ReservationStatus::expired);
  const Reservation made = make_reservation(request);
  std::string answer = render(HoldOutcome{.reservation = made, .seats_left_for_user = left - static_cast<int>(made.seats.size())});
  remember(request.idempotent, answer, made.id.value);
  return answer;
}

std::optional<Refusal> SaleModel::refuse_hoarder(const HoldRequest& request) const {
  constexpr Duration kHour = std::chrono::hours{1};
  std::multimap<TimePoint, const Reservation*> ends;
  const auto note = [&](const Reservation& one) {
    const TimePoint end = one.status == ReservationStatus::cancelled ? one.ended_at : one.expires_at;
    if (one.concert == request.concert && end <= now_ && now_ - end < kHour) ends.emplace(end, &one);
  };
  if (const auto mine = unpaid_.find(request.user); mine != unpaid_.end())
    for (const ReservationId id : mine->second) note(reservations.at(id));
  if (const auto mine = of_user.find(request.user); mine != of_user.end())
    for (const ReservationId id : mine->second)
      if (reservations.at(id).status == ReservationStatus::held) note(reservations.at(id));
  const int most = limits_.unpaid_holds_per_hour;
  if (most > 0 && std::ssize(ends) >= most)
    return Refusal{.code = ErrorCode::too_many_unpaid_holds, .retry_after = std::prev(ends.end(), most)->first + kHour - now_};
  Refusal warm{.code = ErrorCode::seat_cooling_down, .retry_after = Duration{}};
  for (const SeatId id : request.seats) {
    std::vector<TimePoint> of_seat;
    for (const auto& [end, one] : ends)
      if (std::ranges::find(one->seats, id, &ReservedSeat::id) != one->seats.end()) of_seat.push_back(end);
    if (of_seat.size() < 2 || of_seat.back() + limits_.seat_cool_down <= now_) continue;
    warm.seat_ids.push_back(id);
    warm.retry_after = std::max(*warm.retry_after, of_seat.back() + limits_.seat_cool_down - now_);
  }
  if (warm.seat_ids.empty()) return {};
  return warm;
}

Reservation SaleModel::make_reservation(const HoldRequest& request) {
  const ReservationId id = told(EventType::reservation_created, {}, 1).event.reservation;
  Reservation made{.id = id,
                   .user = request.user,
                   .concert = request.concert,
                   .schedule = request.schedule,
                   .seats = {},
                   .amount = {},
                   .created_at = now_,
                   .expires_at = now_ + limits_.hold,
                   .ticket = request.ticket,
                   .last_seq = 1};
  std::vector<SeatId> wanted = request.seats;
  std::ranges::sort(wanted);
  for (const SeatId seat_id : wanted) {
    ModelSeat& seat = seats.at(seat_id);
    made.seats.push_back({seat.id, seat.number, seat.price});
    made.amount += seat.price;
    seat.status = SeatStatus::held;
    seat.reservation = id;
    seat.until = made.expires_at;
  }
  touched.insert(made.schedule);
  held.emplace(made.expires_at, id);
  of_user[made.user].push_back(id);
  if (!reservations.emplace(id, made).second) report_.broken("D1", "reservation id {} was given twice", id.value);
  add_news(made);
  return made;
}

void SaleModel::end_reservation(ReservationId id, ReservationStatus ending) {
  Reservation& reservation = reservations.at(id);
  told(ending == ReservationStatus::expired ? EventType::reservation_expired : EventType::reservation_cancelled,
       id,
       ++reservation.last_seq);
  reservation.status = ending;
  reservation.ended_at = now_;
  for (const ReservedSeat& reserved : reservation.seats) {
    ModelSeat& seat = seats.at(reserved.id);
    seat = {seat.id, seat.schedule, seat.number, seat.price};
  }
  touched.insert(reservation.schedule);
  held.erase({reservation.expires_at, id});
  std::erase(of_user[reservation.user], id);
  unpaid_[reservation.user].push_back(id);
  add_news(reservation);
}

std::string SaleModel::cancel(UserId user, ReservationId id) {
  const auto at = reservations.find(id);
  if (at == reservations.end() || at->second.user != user) return refused(ErrorCode::reservation_not_found);
  switch (at->second.status) {
    case ReservationStatus::confirmed: return refused(ErrorCode::reservation_not_cancellable);
    case ReservationStatus::held:
      end_reservation(id, now_ < at->second.expires_at ? ReservationStatus::cancelled : ReservationStatus::expired);
      break;
    case ReservationStatus::expired:
    case ReservationStatus::cancelled: break;
  }
  return render(Nothing{});
}

void SaleModel::expire(std::span<const ReservationId> due) {
  for (const ReservationId id : due) {
    const auto at = reservations.find(id);
    if (at != reservations.end() && at->second.status == ReservationStatus::held && at->second.expires_at <= now_)
      end_reservation(id, ReservationStatus::expired);
  }
}

// Money.

Points SaleModel::balance(UserId user) const {
  const auto at = balances.find(user);
  return at == balances.end() ? Points{} : at->second;
}

std::string SaleModel::pay(UserId user, ReservationId id, const std::optional<Idempotent>& idempotent) {
  const ModelKey* first = find_key(idempotent);
  if (first != nullptr && first->fingerprint != idempotent->fingerprint) return refused(ErrorCode::idempotency_key_reused);
  const auto at = reservations.find(id);
  if (at == reservations.end() || at->second.user != user) return refused(ErrorCode::reservation_not_found);
  Reservation& reservation = at->second;
  if (reservation.status == ReservationStatus::confirmed)
    return render(PaymentOutcome{payments.at(id), reservation, first != nullptr, first != nullptr, balance(user)});
  if (reservation.status == ReservationStatus::cancelled) return refused(ErrorCode::reservation_not_payable);
  if (reservation.status == ReservationStatus::expired || reservation.expires_at <= now_)
    return refused(ErrorCode::reservation_expired);
  if (balance(user) < reservation.amount)
    return render(
        Refusal{.code = ErrorCode::insufficient_points, .balance = balance(user).value, .amount = reservation.amount.value});
  const PaymentId payment_id = told(EventType::payment_completed, id, ++reservation.last_seq).payment;
  if (!payment_ids.insert(payment_id).second) report_.broken("D1", "payment id {} was given twice", payment_id.value);
  reservation.status = ReservationStatus::confirmed;
  reservation.ended_at = now_;
  for (const ReservedSeat& reserved : reservation.seats) {
    seats.at(reserved.id).status = SeatStatus::sold;
    seats.at(reserved.id).until = {};
  }
  touched.insert(reservation.schedule);
  held.erase({reservation.expires_at, id});
  balances[user] = balance(user) - reservation.amount;
  ++ledger_entries;
  const Payment payment{
      .id = payment_id, .reservation = id, .user = user, .amount = reservation.amount, .balance = balances[user], .paid_at = now_};
  payments.emplace(id, payment);
  add_news(reservation);
  std::string answer = render(PaymentOutcome{.payment = payment, .reservation = reservation, .balance = payment.balance});
  remember(idempotent, answer, id.value);
  return answer;
}

std::string SaleModel::charge(UserId user, Points amount, const std::optional<Idempotent>& idempotent) {
  if (const ModelKey* first = find_key(idempotent)) {
    if (first->fingerprint != idempotent->fingerprint) return refused(ErrorCode::idempotency_key_reused);
    return render(ChargeOutcome{user, amount, balance(user), true});
  }
  if (balance(user).value > kMaxBalance.value - amount.value)
    return render(Refusal{.code = ErrorCode::balance_limit_exceeded, .balance = balance(user).value, .amount = amount.value});
  balances[user] = balance(user) + amount;
  ++ledger_entries;
  std::string answer = render(ChargeOutcome{user, amount, balances[user]});
  remember(idempotent, answer, 0);
  return answer;
}

// The administrator, and keys.

MadeConcert SaleModel::made(ConcertId concert, const std::vector<SchedulePlan>& plans) {
  MadeConcert made{.id = concert, .schedules = {}, .first_schedule = {}, .schedule_count = static_cast<int>(plans.size())};
  for (const SchedulePlan& plan : plans) {
    const ScheduleId id = new_schedules_.empty() ? ScheduleId{} : new_schedules_.front();
    if (!id || schedules.at(id).concert != concert || schedules.at(id).seats != plan.seat_count()) {
      report_.broken("D1", "concert {} did not get the schedules that were planned", concert.value);
      break;
    }
    if (!made.first_schedule) made.first_schedule = id;
    new_schedules_.pop_front();
  }
  return made;
}

std::string SaleModel::create(const ConcertPlan& plan, const std::optional<Idempotent>& idempotent) {
  if (const ModelKey* first = find_key(idempotent))
    return first->fingerprint == idempotent->fingerprint ? first->answer : refused(ErrorCode::idempotency_key_reused);
  if (new_concerts_.empty()) {
    report_.broken("D1", "no concert was made");
    return {};
  }
  const ConcertId id = new_concerts_.front();
  new_concerts_.pop_front();
  std::string answer = render(made(id, plan.schedules));
  remember(idempotent, answer, id.value);
  return answer;
}

std::string SaleModel::add_schedules(ConcertId concert, const std::vector<SchedulePlan>& plans,
                                     const std::optional<Idempotent>& idempotent) {
  if (const ModelKey* first = find_key(idempotent))
    return first->fingerprint == idempotent->fingerprint ? first->answer : refused(ErrorCode::idempotency_key_reused);
  if (!concerts.contains(concert)) return refused(ErrorCode::concert_not_found);
  told_change(EventType::concert_changed, concert);
  std::string answer = render(made(concert, plans));
  remember(idempotent, answer, concert.value);
  return answer;
}

std::string SaleModel::patch(ConcertId id, const ConcertPatch& patch) {
  const auto at = concerts.find(id);
  if (at == concerts.end()) return refused(ErrorCode::concert_not_found);
  BookingWindow booking = at->second.booking;
  if (patch.opens_at) booking.opens_at = *patch.opens_at;
  if (patch.closes_at) booking.closes_at = *patch.closes_at;
  if (booking.opens_at && booking.closes_at && *booking.closes_at <= *booking.opens_at)
    return refused(ErrorCode::validation_failed);
  const Concert before = at->second;
  at->second.booking = booking;
  if (patch.queue) at->second.queue = *patch.queue;
  if (at->second != before) told_change(EventType::concert_changed, id);
  return render(at->second);
}

std::string SaleModel::move_date(ConcertId concert, ScheduleId id, TimePoint starts_at) {
  if (!concerts.contains(concert)) return refused(ErrorCode::concert_not_found);
  const auto at = schedules.find(id);
  if (at == schedules.end() || at->second.concert != concert) return refused(ErrorCode::schedule_not_found);
  if (at->second.starts_at != starts_at) {
    touched.insert(id);
    told_change(EventType::schedule_changed, concert);
  }
  at->second.starts_at = starts_at;
  return render(Schedule{.id = id, .concert = concert, .starts_at = starts_at});
}

std::string SaleModel::reprice(ConcertId concert, ScheduleId id, std::span<const SeatPrice> prices) {
  if (!concerts.contains(concert)) return refused(ErrorCode::concert_not_found);
  const auto at = schedules.find(id);
  if (at == schedules.end() || at->second.concert != concert) return refused(ErrorCode::schedule_not_found);
  const auto is_elsewhere = [&](const SeatPrice& price) {
    return !seats.contains(price.seat) || seats.at(price.seat).schedule != id;
  };
  if (std::ranges::any_of(prices, is_elsewhere)) return refused(ErrorCode::seat_not_found);
  Repriced repriced{.seats = static_cast<std::int64_t>(prices.size())};
  for (const SeatPrice& price : prices) {
    repriced.changed += seats.at(price.seat).price != price.price;
    seats.at(price.seat).price = price.price;
  }
  if (repriced.changed > 0) {
    touched.insert(id);
    told_change(EventType::schedule_changed, concert);
  }
  return render(repriced);
}

const ModelKey* SaleModel::find_key(const std::optional<Idempotent>& idempotent) const {
  if (!idempotent) return nullptr;
  const auto at = keys.find(idempotent->key);
  return at == keys.end() ? nullptr : &at->second;
}

void SaleModel::remember(const std::optional<Idempotent>& idempotent, std::string answer, std::int64_t result) {
  if (idempotent) keys[idempotent->key] = {idempotent->fingerprint, now_, std::move(answer), result};
}

}  // namespace frontrow::sim

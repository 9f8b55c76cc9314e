#include "sim/service.hpp"

#include <algorithm>

#include "app/queue/queue.hpp"

namespace frontrow::sim {

namespace {

constexpr Duration kTicketLife = std::chrono::days{30};
constexpr Duration kSurely{1'000};

Reply refusal(ErrorCode code) { return {.refused = code}; }

std::int64_t fingerprint(const Attempt& attempt) {
  std::size_t hash = static_cast<std::size_t>(attempt.kind);
  const auto mix = [&](std::int64_t value) { hash = (hash ^ static_cast<std::size_t>(value)) * 0x9E3779B97F4A7C15ULL; };
  mix(attempt.concert.value), mix(attempt.schedule.value), mix(attempt.reservation.value), mix(attempt.amount.value);
  for (const SeatId seat : attempt.seats) mix(seat.value);
  for (const char c : attempt.plan.title) mix(c);
  for (const SchedulePlan& plan : attempt.plan.schedules) mix(plan.seat_count());
  return static_cast<std::int64_t>(hash >> 1);
}

std::optional<Idempotent> idempotent(const Attempt& attempt, Operation operation) {
  if (!attempt.key) return {};
  Idempotent made{.key = {.owner = attempt.user, .operation = operation, .hash = {}}, .fingerprint = fingerprint(attempt)};
  for (std::size_t i = 0; i < 8; ++i) made.key.hash[i] = static_cast<std::byte>(*attempt.key >> (8 * i));
  return made;
}

}  // namespace

std::string describe(const Attempt& attempt) {
  static constexpr const char* kNames[] = {
      "join", "status", "leave", "look", "hold", "pay", "cancel", "charge", "create", "add", "patch", "move", "reprice"};
  std::string text = fmt::format("{} user {}", kNames[static_cast<std::size_t>(attempt.kind)], attempt.user.value);
  if (attempt.concert) text += fmt::format(" concert {}", attempt.concert.value);
  if (attempt.schedule) text += fmt::format(" schedule {}", attempt.schedule.value);
  for (const SeatId seat : attempt.seats) text += fmt::format(" seat {}", seat.value);
  for (const SeatPrice& price : attempt.prices) text += fmt::format(" seat {} at {}", price.seat.value, price.price.value);
  if (attempt.reservation) text += fmt::format(" reservation {}", attempt.reservation.value);
  if (attempt.amount.value != 0) text += fmt::format(" amount {}", attempt.amount.value);
  if (attempt.key) text += fmt::format(" key {}", *attempt.key);
  if (attempt.tries > 0) text += fmt::format(" (try {})", attempt.tries + 1);
  return text;
}

template <class C, class Make, class Text, class Answer>
void Service::commit(CommandClass command_class, Op op, Done done, Make make, Text text, Answer answer) {
  if (process_->commits.is_full_for(command_class)) {
    auditor_.shed(command_class, auditor_.under_way(), rules_.commits.capacity);
    return done(refusal(ErrorCode::overloaded));
  }
  auto shared = std::make_shared<Op>(std::move(op));
  auto name = std::make_shared<const Command*>(nullptr);
  auto finish = [this, shared, name, done = std::move(done), text, answer](Result<typename C::OutcomeType> outcome) {
    if (process_->disk.is_off()) return;
    const std::string rendered = outcome ? text(*outcome) : render(outcome.error());
    report_.step("  {} -> {}", shared->what, rendered);
    auditor_.answered(*name, *shared, rendered, outcome ? std::nullopt : std::optional{outcome.error().code});
    done(outcome ? answer(*outcome) : refusal(outcome.error().code));
  };
  std::unique_ptr<Command> command = make(typename C::Done(std::move(finish)));
  if (plant_.wrap) command = plant_.wrap(std::move(command));
  *name = command.get();
  auditor_.submitted(command.get(), shared);
  process_->commits.submit(std::move(command), command_class);
}

void Service::send(const Attempt& attempt, Done done) {
  report_.step("{}", describe(attempt));
  switch (attempt.kind) {
    case Attempt::Kind::join: return join(attempt, std::move(done));
    case Attempt::Kind::status: return status(attempt, std::move(done));
    case Attempt::Kind::leave: return leave(attempt, std::move(done));
    case Attempt::Kind::look: return look(attempt, std::move(done));
    case Attempt::Kind::hold: return hold(attempt, std::move(done));
    case Attempt::Kind::pay: return pay(attempt, std::move(done));
    case Attempt::Kind::cancel: return cancel(attempt, std::move(done));
    case Attempt::Kind::charge: return charge(attempt, std::move(done));
    case Attempt::Kind::create:
    case Attempt::Kind::add_schedules:
    case Attempt::Kind::patch:
    case Attempt::Kind::move_date:
    case Attempt::Kind::reprice: return administer(attempt, std::move(done));
  }
}

// The waiting room.

// As ConcertQueue::submit_ask, at once and without a batch of its own.
void Service::ask_of_payments(ConcertQueue& queue, const Ticket& ticket) {
  if (queue.knows(ticket, Purpose::poll, {})) return;
  AskIfPaid ask(ticket, [&](Result<bool> was_paid) { queue.learn(ticket.number, *was_paid); });
  WorkingSet set;
  std::vector<Command*> batch{&ask}, again;
  process_->sqlite->execute(batch, set, again);
  ask.complete(CommitStatus::committed);
}

TicketView Service::look_at(ConcertQueue& queue, const Ticket& ticket) {
  ask_of_payments(queue, ticket);
  const TimePoint now = clock_.now();
  TicketView view = queue.look(ticket, now, random_.unit());
  if (plant_.view) plant_.view(view, ticket, queue);
  auditor_.looked(ticket, view, now);
  return view;
}

std::optional<Refusal> Service::refuse_entry(ConcertQueue& queue, const Ticket& ticket, Purpose purpose) {
  ask_of_payments(queue, ticket);
  const TimePoint now = clock_.now();
  auto refusal = queue.refuse_entry(ticket, purpose, now, random_.unit());
  auditor_.entry_refused(ticket, purpose, refusal, now);
  return refusal;
}

void Service::join(const Attempt& attempt, Done done) {
  const auto picture = process_->live.catalog().picture();
  const ConcertEntry* entry = picture->find(attempt.concert);
  if (entry == nullptr) return done(refusal(ErrorCode::concert_not_found));
  auto key = idempotent(attempt, Operation::join);
  commit<JoinQueue>(
      CommandClass::join,
      {.kind = Op::Kind::join, .what = describe(attempt), .concert = attempt.concert, .user = attempt.user, .idempotent = key},
      std::move(done),
      [&](JoinQueue::Done finish) {
        return std::make_unique<JoinQueue>(process_->live.queue(attempt.concert), attempt.user, key, std::move(finish));
      },
      [](const JoinOutcome& outcome) { return render_place(outcome.place, outcome.is_new); },
      [this, queue = process_->live.queue(attempt.concert), closes = entry->concert.booking.closes_at, concert = attempt.concert](
          const JoinOutcome& outcome) {
        const TicketRow& place = outcome.place;
        const Ticket ticket{.concert = concert,
                            .number = place.number,
                            .user = place.user,
                            .issued_at = place.issued_at,
                            .expires_at = std::chrono::floor<std::chrono::seconds>(closes.value_or(place.issued_at + kTicketLife))};
        return Reply{.token = mint_.write(ticket), .ticket = ticket, .view = look_at(*queue, ticket)};
      });
}

void Service::status(const Attempt& attempt, Done done) {
  const auto ticket = mint_.read(attempt.token);
  if (!ticket) return done(refusal(ticket.error().code));
  const auto picture = process_->live.catalog().picture();
  const ConcertEntry* entry = picture->find(ticket->concert);
  if (entry == nullptr) return done(refusal(ErrorCode::queue_token_invalid));
  const bool is_fair = auditor_.comes_as_told(*ticket);
  const TicketView view = look_at(*process_->live.queue(ticket->concert), *ticket);
  report_.step("  status {} position {} may claim {}", static_cast<int>(view.status), view.position, view.may_claim);
  if (!view.may_claim || process_->commits.is_full_for(CommandClass::join))
    return done({.token = attempt.token, .ticket = *ticket, .view = view});
  commit<ClaimPlace>(
      CommandClass::hold,
      {.kind = Op::Kind::claim,
       .what = "claim by " + describe(attempt),
       .concert = ticket->concert,
       .user = ticket->user,
       .number = ticket->number.value,
       .is_made_fairly = is_fair,
       .made_at = clock_.now()},
      std::move(done),
      [&](ClaimPlace::Done finish) {
        return std::make_unique<ClaimPlace>(process_->live.queue(ticket->concert), ticket->number, ticket->user, std::move(finish));
      },
      [](Nothing nothing) { return render(nothing); },
      [this, queue = process_->live.queue(ticket->concert), ticket = *ticket, token = attempt.token](Nothing) {
        return Reply{.token = token, .ticket = ticket, .view = look_at(*queue, ticket)};
      });
}

void Service::leave(const Attempt& attempt, Done done) {
  const auto ticket = mint_.read(attempt.token);
  if (!ticket) return done(refusal(ticket.error().code));
  const auto picture = process_->live.catalog().picture();
  const ConcertEntry* entry = picture->find(ticket->concert);
  if (entry == nullptr) return done(refusal(ErrorCode::queue_token_invalid));
  commit<LeaveQueue>(
      CommandClass::settle,
      {.kind = Op::Kind::leave,
       .what = describe(attempt),
       .concert = ticket->concert,
       .user = ticket->user,
       .number = ticket->number.value},
      std::move(done),
      [&](LeaveQueue::Done finish) {
        return std::make_unique<LeaveQueue>(process_->live.queue(ticket->concert), ticket->number, ticket->user, std::move(finish));
      },
      [](Nothing nothing) { return render(nothing); },
      [](Nothing) { return Reply{}; });
}

// Seats.

void Service::look(const Attempt& attempt, Done done) {
  const auto ticket = mint_.read(attempt.token);
  if (!ticket) return done(refusal(ticket.error().code));
  const auto picture = process_->live.catalog().picture();
  const ConcertEntry* entry = picture->find(attempt.concert);
  if (entry == nullptr) return done(refusal(ErrorCode::concert_not_found));
  if (ticket->concert != attempt.concert) return done(refusal(ErrorCode::queue_token_invalid));
  if (const auto refused = refuse_entry(*process_->live.queue(ticket->concert), *ticket, Purpose::look))
    return done(refusal(refused->code));
  const ScheduleEntry* date = entry->find(attempt.schedule);
  if (date == nullptr) return done(refusal(ErrorCode::schedule_not_found));
  process_->halls.look(date->hall, [this, since = attempt.since, done = std::move(done)](const Result<Halls::MapPtr>& found) {
    if (!found) return done(refusal(found.error().code));
    SeatMap& map = **found;
    if (since) {
      auto changes = map.since(*since, clock_.now());
      if (!changes) return done(refusal(changes.error().code));
      if (changes->is_full) {
        SeatMap::Cursor from_start;
        changes->stamp = map.read(clock_.now(), from_start, changes->seats);
      }
      return done({.stamp = changes->stamp, .is_full = changes->is_full, .seats = std::move(changes->seats)});
    }
    Reply reply;
    SeatMap::Cursor from_start;
    reply.stamp = map.read(clock_.now(), from_start, reply.seats);
    done(std::move(reply));
  });
}

std::optional<Refusal> Service::refuse_at_the_door(const HoldRequest& hold, const CatalogPicture& picture, TimePoint now) {
  if (hold.idempotent) return {};
  Hall* hall = picture.find(hold.schedule);
  const auto map = hall == nullptr ? nullptr : hall->map(now);
  if (map == nullptr || map->is_held_by(hold.user, hold.seats)) return {};
  if (hold.entry_refusal) return hold.entry_refusal;
  const ConcertEntry* entry = picture.find(hold.concert);
  if (map->concert() != hold.concert || !entry->concert.booking.is_open(now)) return {};
  const auto in_this_map = [&](SeatId seat) { return map->place(seat) != nullptr; };
  if (!std::ranges::all_of(hold.seats, in_this_map)) return {};
  auto taken = map->surely_taken(hold.seats, hold.user, now, kSurely);
  if (plant_.door) plant_.door(*map, hold.seats, taken);
  if (taken.empty()) return {};
  return Refusal{.code = ErrorCode::seat_already_reserved, .seat_ids = std::move(taken)};
}

void Service::hold(const Attempt& attempt, Done done) {
  const auto ticket = mint_.read(attempt.token);
  if (!ticket) return done(refusal(ticket.error().code));
  const auto picture = process_->live.catalog().picture();
  const ConcertEntry* entry = picture->find(attempt.concert);
  if (entry == nullptr) return done(refusal(ErrorCode::concert_not_found));
  if (ticket->concert != attempt.concert) return done(refusal(ErrorCode::queue_token_invalid));
  const TimePoint now = clock_.now();
  HoldRequest wanted{.user = ticket->user,
                     .concert = attempt.concert,
                     .schedule = attempt.schedule,
                     .seats = attempt.seats,
                     .ticket = ticket->number,
                     .entry_refusal = refuse_entry(*process_->live.queue(ticket->concert), *ticket, Purpose::hold),
                     .idempotent = idempotent(attempt, Operation::hold),
                     .queue = entry->queue};
  if (const auto refused = refuse_at_the_door(wanted, *picture, now)) {
    report_.step("  at the door: {}", render(*refused));
    auditor_.refused_at_the_door(wanted, *refused, now);
    return done(refusal(refused->code));
  }
  commit<HoldSeats>(
      CommandClass::hold,
      {.what = describe(attempt),
       .expect = [wanted, this](SaleModel& model) { return model.hold(auditor_.as_decided(wanted)); },
       .idempotent = wanted.idempotent},
      std::move(done),
      [&](HoldSeats::Done finish) { return std::make_unique<HoldSeats>(wanted, rules_.holds, metrics_, std::move(finish)); },
      [](const HoldOutcome& outcome) { return render(outcome); },
      [](const HoldOutcome& outcome) { return Reply{.reservation = outcome.reservation}; });
}

void Service::pay(const Attempt& attempt, Done done) {
  const auto ticket = mint_.read(attempt.token);
  if (!ticket) return done(refusal(ticket.error().code));
  const auto key = idempotent(attempt, Operation::pay);
  commit<PayReservation>(
      CommandClass::settle,
      {.what = describe(attempt),
       .expect = [user = ticket->user, id = attempt.reservation, key](SaleModel& model) { return model.pay(user, id, key); },
       .idempotent = key},
      std::move(done),
      [&](PayReservation::Done finish) {
        return std::make_unique<PayReservation>(ticket->user, attempt.reservation, key, metrics_, std::move(finish));
      },
      [](const PaymentOutcome& outcome) { return render(outcome); },
      [](const PaymentOutcome&) { return Reply{}; });
}

void Service::cancel(const Attempt& attempt, Done done) {
  commit<CancelReservation>(
      CommandClass::settle,
      {.what = describe(attempt),
       .expect = [user = attempt.user, id = attempt.reservation](SaleModel& model) { return model.cancel(user, id); }},
      std::move(done),
      [&](CancelReservation::Done finish) {
        return std::make_unique<CancelReservation>(attempt.user, attempt.reservation, std::move(finish));
      },
      [](Nothing nothing) { return render(nothing); },
      [](Nothing) { return Reply{}; });
}

void Service::charge(const Attempt& attempt, Done done) {
  const auto key = idempotent(attempt, Operation::charge);
  commit<ChargePoints>(
      CommandClass::settle,
      {.what = describe(attempt),
       .expect = [user = attempt.user, amount = attempt.amount, key](SaleModel& model) { return model.charge(user, amount, key); },
       .idempotent = key},
      std::move(done),
      [&](ChargePoints::Done finish) {
        return std::make_unique<ChargePoints>(attempt.user, attempt.amount, key, std::move(finish));
      },
      [](const ChargeOutcome& outcome) { return render(outcome); },
      [](const ChargeOutcome&) { return Reply{}; });
}

// The administrator.

void Service::administer(const Attempt& attempt, Done done) {
  const auto made = [](const MadeConcert& outcome) { return render(outcome); };
  const auto nothing = [](const auto&) { return Reply{}; };
  if (attempt.kind == Attempt::Kind::create) {
    const auto key = idempotent(attempt, Operation::create_concert);
    return commit<CreateConcert>(
        CommandClass::settle,
        {.what = describe(attempt), .expect = [plan = attempt.plan, key](SaleModel& model) { return model.create(plan, key); }},
        std::move(done),
        [&](CreateConcert::Done finish) { return std::make_unique<CreateConcert>(attempt.plan, key, std::move(finish)); },
        made,
        nothing);
  }
  if (attempt.kind == Attempt::Kind::add_schedules) {
    const auto key = idempotent(attempt, Operation::add_schedules);
    return commit<AddSchedules>(
        CommandClass::settle,
        {.what = describe(attempt),
         .expect = [id = attempt.concert, plans = attempt.plan.schedules, key](
                       SaleModel& model) { return model.add_schedules(id, plans, key); }},
        std::move(done),
        [&](AddSchedules::Done finish) {
          return std::make_unique<AddSchedules>(attempt.concert, attempt.plan.schedules, key, std::move(finish));
        },
        made,
        nothing);
  }
  if (attempt.kind == Attempt::Kind::move_date)
    return commit<PatchSchedule>(
        CommandClass::settle,
        {.what = describe(attempt),
         .expect = [concert = attempt.concert, id = attempt.schedule, at = attempt.starts_at](
                       SaleModel& model) { return model.move_date(concert, id, at); }},
        std::move(done),
        [&](PatchSchedule::Done finish) {
          return std::make_unique<PatchSchedule>(
              attempt.concert, attempt.schedule, SchedulePatch{.starts_at = attempt.starts_at}, std::move(finish));
        },
        [](const Schedule& schedule) { return render(schedule); },
        nothing);
  if (attempt.kind == Attempt::Kind::reprice)
    return commit<RepriceSeats>(
        CommandClass::settle,
        {.what = describe(attempt),
         .expect = [concert = attempt.concert, id = attempt.schedule, prices = attempt.prices](
                       SaleModel& model) { return model.reprice(concert, id, prices); }},
        std::move(done),
        [&](RepriceSeats::Done finish) {
          return std::make_unique<RepriceSeats>(
              attempt.concert, attempt.schedule, attempt.prices, Reprice::really, std::move(finish));
        },
        [](const Repriced& repriced) { return render(repriced); },
        nothing);
  commit<PatchConcert>(
      CommandClass::settle,
      {.what = describe(attempt),
       .expect = [id = attempt.concert, patch = attempt.patch](SaleModel& model) { return model.patch(id, patch); }},
      std::move(done),
      [&](PatchConcert::Done finish) { return std::make_unique<PatchConcert>(attempt.concert, attempt.patch, std::move(finish)); },
      [](const Concert& concert) { return render(concert); },
      nothing);
}

}  // namespace frontrow::sim

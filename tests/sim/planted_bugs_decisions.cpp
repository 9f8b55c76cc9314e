// Mistakes in holding, paying, giving back and charging. Each lets the real command decide on changed rows, or changes
// its decision.
#include <algorithm>
#include <map>
#include <memory>

#include "app/commands/payment.hpp"
#include "app/commands/point.hpp"
#include "app/commands/reservation.hpp"
#include "sim/planted_bugs.hpp"

namespace frontrow::sim {

namespace {

template <class C>
bool is(const Command& command) {
  return dynamic_cast<const C*>(&command) != nullptr;
}

Keys keys_of(const Command& command) {
  Keys keys;
  command.declare(keys);
  return keys;
}

Reservation* named_reservation(const Command& command, WorkingSet& set) {
  const Keys keys = keys_of(command);
  const auto at = keys.reservations.empty() ? set.reservations.end() : set.reservations.find(keys.reservations.front());
  return at == set.reservations.end() ? nullptr : &at->second.reservation;
}

// Decides with the seats' deadlines moved, and moves them back for seats that the command has left alone.
Verdict with_deadlines(Command& command, WorkingSet& set, const std::function<TimePoint(TimePoint)>& moved) {
  std::map<SeatId, TimePoint> real;
  for (auto& [id, record] : set.seats)
    if (record.seat.status == SeatStatus::held) real[id] = std::exchange(record.seat.held_until, moved(record.seat.held_until));
  const auto bent = set.seats;
  const Verdict verdict = command.decide(set);
  for (const auto& [id, until] : real) {
    Seat& seat = set.seats.at(id).seat;
    if (seat.status == SeatStatus::held && seat.reservation == bent.at(id).seat.reservation) seat.held_until = until;
  }
  return verdict;
}

Plant hold_ignores_that_a_hold_is_over() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    if (!is<HoldSeats>(command)) return command.decide(set);
    return with_deadlines(command, set, [now = set.now](TimePoint until) { return std::max(until, now + Duration{1}); });
  }};
}

Plant hold_takes_over_a_millisecond_early() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    if (!is<HoldSeats>(command)) return command.decide(set);
    return with_deadlines(command, set, [](TimePoint until) { return until - Duration{1}; });
  }};
}

Plant payment_without_expiry_check() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    Reservation* reservation = is<PayReservation>(command) ? named_reservation(command, set) : nullptr;
    if (reservation == nullptr) return command.decide(set);
    const TimePoint until = std::exchange(reservation->expires_at, TimePoint::max());
    const Verdict verdict = command.decide(set);
    reservation->expires_at = until;
    return verdict;
  }};
}

Plant payment_at_the_deadline_itself() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    Reservation* reservation = is<PayReservation>(command) ? named_reservation(command, set) : nullptr;
    if (reservation == nullptr) return command.decide(set);
    reservation->expires_at += Duration{1};
    const Verdict verdict = command.decide(set);
    reservation->expires_at -= Duration{1};
    return verdict;
  }};
}

Plant payment_of_another_amount() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    Reservation* reservation = is<PayReservation>(command) ? named_reservation(command, set) : nullptr;
    if (reservation == nullptr) return command.decide(set);
    reservation->amount += Points{1};
    const Verdict verdict = command.decide(set);
    reservation->amount += Points{-1};
    return verdict;
  }};
}

Plant hold_extended_by_asking_again() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const std::size_t events = set.events.size();
    const Verdict verdict = command.decide(set);
    if (!is<HoldSeats>(command) || set.events.size() > events) return verdict;
    const Keys keys = keys_of(command);
    for (const SeatId id : keys.seats) {
      const SeatRecord* record = set.seat(id);
      if (record == nullptr || record->seat.status != SeatStatus::held || record->seat.held_until <= set.now) continue;
      const ReservationRecord* holder = set.reservation(record->seat.reservation);
      if (holder != nullptr && holder->reservation.user == keys.holders.front().user)
        set.change_seat(id).held_until = set.now + std::chrono::seconds{300};
    }
    return verdict;
  }};
}

Plant takeover_of_one_seat_only() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    if (!is<HoldSeats>(command)) return command.decide(set);
    const auto before = set.seats;
    const Verdict verdict = command.decide(set);
    const Keys keys = keys_of(command);
    for (const auto& [id, record] : before) {
      SeatRecord& now = set.seats.at(id);
      if (record.seat.status == SeatStatus::held && now.seat.status == SeatStatus::available &&
          std::ranges::find(keys.seats, id) == keys.seats.end()) {
        now.seat = record.seat;
        now.seat.held_until = set.now + std::chrono::hours{1};  // otherwise the next takeover would trip over a CHECK of the sale
      }
    }
    return verdict;
  }};
}

Plant refused_hold_ends_what_is_over() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const std::size_t events = set.events.size();
    const Verdict verdict = command.decide(set);
    if (!is<HoldSeats>(command) || set.events.size() > events) return verdict;
    for (const SeatId id : keys_of(command).seats) {
      const SeatRecord* record = set.seat(id);
      if (record == nullptr || record->seat.status != SeatStatus::held || record->seat.held_until > set.now) continue;
      const ReservationRecord* over = set.reservation(record->seat.reservation);
      if (over != nullptr && can_be_ended(set, over->reservation))
        end_reservation(set, over->reservation.id, ReservationStatus::expired);
    }
    return verdict;
  }};
}

// Two holds of one user in one batch: the second does not see the first.
Plant limit_checked_against_a_stale_count() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    if (!is<HoldSeats>(command)) return command.decide(set);
    const UserId user = keys_of(command).holders.front().user;
    std::vector<ReservationId> hidden;
    for (auto& [id, record] : set.reservations)
      if (record.reservation.user == user && !record.stored && record.reservation.status == ReservationStatus::held) {
        record.reservation.status = ReservationStatus::cancelled;
        hidden.push_back(id);
      }
    const Verdict verdict = command.decide(set);
    for (const ReservationId id : hidden) set.reservations.at(id).reservation.status = ReservationStatus::held;
    return verdict;
  }};
}

// A hold does not see the user's earlier ones that ended unpaid.
Plant unpaid_holds_are_forgotten() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    if (!is<HoldSeats>(command) || !keys_of(command).idempotency.empty()) return command.decide(set);
    const Holder holder = keys_of(command).holders.front();
    std::vector<ReservationId> hidden;
    for (auto& [id, record] : set.reservations) {
      Reservation& reservation = record.reservation;
      const bool is_unpaid = reservation.status == ReservationStatus::expired || reservation.status == ReservationStatus::cancelled;
      if (!is_unpaid || reservation.user != holder.user || reservation.concert != holder.concert) continue;
      reservation.concert = {};
      hidden.push_back(id);
    }
    const Verdict verdict = command.decide(set);
    for (const ReservationId id : hidden) set.reservations.at(id).reservation.concert = holder.concert;
    return verdict;
  }};
}

Plant sold_seats_can_be_given_back() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    Reservation* reservation = is<CancelReservation>(command) ? named_reservation(command, set) : nullptr;
    if (reservation != nullptr && reservation->status == ReservationStatus::confirmed)
      reservation->status = ReservationStatus::held;
    return command.decide(set);
  }};
}

Plant giving_back_sold_seats_is_answered_with_yes() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    Reservation* reservation = is<CancelReservation>(command) ? named_reservation(command, set) : nullptr;
    if (reservation == nullptr || reservation->status != ReservationStatus::confirmed) return command.decide(set);
    reservation->status = ReservationStatus::cancelled;
    const Verdict verdict = command.decide(set);
    reservation->status = ReservationStatus::confirmed;
    return verdict;
  }};
}

// A seat that becomes free gets the price of its old hold, not the operator's new one.
Plant freed_seats_get_their_old_price() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const Verdict verdict = command.decide(set);
    for (const auto& [id, record] : set.reservations)
      if (record.changed && record.stored && record.reservation.status != ReservationStatus::confirmed)
        for (const ReservedSeat& seat : record.reservation.seats)
          if (set.seat(seat.id)->seat.status == SeatStatus::available) set.change_seat(seat.id).price = seat.price;
    return verdict;
  }};
}

// A hold pays the present price of its seats.
Plant payment_of_todays_price() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    Reservation* reservation = is<PayReservation>(command) ? named_reservation(command, set) : nullptr;
    if (reservation == nullptr || reservation->status != ReservationStatus::held) return command.decide(set);
    reservation->amount = {};
    for (const ReservedSeat& seat : reservation->seats) reservation->amount += set.seat(seat.id)->seat.price;
    return command.decide(set);
  }};
}

// The balance is read when the batch begins, and written back with the amount added.
Plant balance_read_modify_write() {
  struct Read {
    TimePoint at;
    std::map<UserId, Points> balances;
  };
  return {.decide = [read = std::make_shared<Read>()](Command& command, const Op*, WorkingSet& set) {
    if (set.ledger.empty() || read->at != set.now) {
      *read = {.at = set.now, .balances = {}};
      for (const auto& [user, record] : set.accounts) read->balances[user] = record.account.balance;
    }
    const std::size_t lines = set.ledger.size();
    const Verdict verdict = command.decide(set);
    if (!is<ChargePoints>(command) || set.ledger.size() == lines) return verdict;
    const LedgerEntry& line = set.ledger.back();
    set.accounts.at(line.user).account.balance = read->balances[line.user] + line.signed_amount();
    return verdict;
  }};
}

}  // namespace

std::vector<PlantedBug> planted_bugs_in_decisions() {
  return {
      {"hold ignores that a hold is over", hold_ignores_that_a_hold_is_over},
      {"hold takes over a millisecond early", hold_takes_over_a_millisecond_early},
      {"payment without expiry check", payment_without_expiry_check},
      {"payment at the deadline itself", payment_at_the_deadline_itself},
      {"payment of another amount", payment_of_another_amount},
      {"hold extended by asking again", hold_extended_by_asking_again},
      {"takeover frees one seat only", takeover_of_one_seat_only},
      {"refused hold ends what is over", refused_hold_ends_what_is_over},
      {"limit checked against a stale count", limit_checked_against_a_stale_count},
      {"unpaid holds are forgotten", unpaid_holds_are_forgotten},
      {"sold seats can be given back", sold_seats_can_be_given_back},
      {"giving back sold seats is answered with yes", giving_back_sold_seats_is_answered_with_yes},
      {"freed seats get their old price", freed_seats_get_their_old_price},
      {"payment of today's price", payment_of_todays_price},
      {"balance read, modified, written", balance_read_modify_write},
  };
}

}  // namespace frontrow::sim

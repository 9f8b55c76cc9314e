// The spelling of the domain's enumerations in SQLite and MySQL. It is part of the file format: changing a line here needs a
// migration.
#pragma once

#include <stdexcept>
#include <string_view>

#include "domain/event.hpp"
#include "domain/reservation.hpp"
#include "ports/idempotency.hpp"
#include "ports/unavailable.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sql {

[[noreturn]] inline void refuse_code(std::string_view what) {
  throw Unavailable{"store", "the database holds an unknown " + std::string{what}};
}

constexpr std::string_view code_of(SeatStatus status) {
  switch (status) {
    case SeatStatus::available: return "AVAILABLE";
    case SeatStatus::held: return "TEMPORARILY_RESERVED";
    case SeatStatus::sold: return "RESERVED";
  }
  return {};
}

inline SeatStatus seat_status(std::string_view code) {
  for (const SeatStatus status : {SeatStatus::available, SeatStatus::held, SeatStatus::sold})
    if (code == code_of(status)) return status;
  refuse_code("seat status");
}

constexpr std::string_view code_of(ReservationStatus status) {
  switch (status) {
    case ReservationStatus::held: return "TEMPORARY";
    case ReservationStatus::confirmed: return "CONFIRMED";
    case ReservationStatus::expired: return "EXPIRED";
    case ReservationStatus::cancelled: return "CANCELLED";
  }
  return {};
}

inline ReservationStatus reservation_status(std::string_view code) {
  using enum ReservationStatus;
  for (const ReservationStatus status : {held, confirmed, expired, cancelled})
    if (code == code_of(status)) return status;
  refuse_code("reservation status");
}

constexpr std::int64_t code_of(EventType type) {
  switch (type) {
    case EventType::reservation_created: return 1;
    case EventType::reservation_expired: return 2;
    case EventType::reservation_cancelled: return 3;
    case EventType::payment_completed: return 4;
    case EventType::queue_activated: return 5;
    case EventType::concert_changed: return 6;
    case EventType::schedule_changed: return 7;
  }
  return 0;
}

inline EventType event_type(std::int64_t code) {
  using enum EventType;
  for (const EventType type : {reservation_created,
                               reservation_expired,
                               reservation_cancelled,
                               payment_completed,
                               queue_activated,
                               concert_changed,
                               schedule_changed})
    if (code == code_of(type)) return type;
  refuse_code("event type");
}

constexpr std::int64_t code_of(Operation operation) {
  switch (operation) {
    case Operation::join: return 1;
    case Operation::hold: return 2;
    case Operation::pay: return 3;
    case Operation::charge: return 4;
    case Operation::create_concert: return 5;
    case Operation::add_schedules: return 6;
    case Operation::use_pass: return 7;
  }
  return 0;
}

inline Operation operation(std::int64_t code) {
  using enum Operation;
  for (const Operation operation : {join, hold, pay, charge, create_concert, add_schedules, use_pass})
    if (code == code_of(operation)) return operation;
  refuse_code("operation");
}

constexpr std::string_view code_of(IdKind kind) {
  switch (kind) {
    case IdKind::concert: return "concert";
    case IdKind::schedule: return "schedule";
    case IdKind::section: return "section";
    case IdKind::seat: return "seat";
    case IdKind::reservation: return "reservation";
    case IdKind::payment: return "payment";
    case IdKind::ledger_entry: return "ledger_entry";
    case IdKind::user: return "user";
  }
  return {};
}

// Ids of these kinds are taken by the thousand, ahead of the batches that use them; those of the catalog as a batch needs them.
inline constexpr std::int64_t kIdBlock = 1'000;
constexpr bool is_in_blocks(IdKind kind) {
  return kind == IdKind::reservation || kind == IdKind::payment || kind == IdKind::ledger_entry || kind == IdKind::user;
}

// Pseudo accounts of the ledger.
inline constexpr UserId kTopUpAccount{-1};
inline constexpr UserId kSalesAccount{-2};

constexpr UserId mirror_of(LedgerKind kind) { return kind == LedgerKind::charge ? kTopUpAccount : kSalesAccount; }

}  // namespace frontrow::sql

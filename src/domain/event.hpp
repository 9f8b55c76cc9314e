// Facts told to others. Every transition of a reservation appends exactly one event in the transaction that made it true;
// `seq` counts them within a reservation, so that a consumer who hears one twice can drop it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace frontrow {

enum class EventType : std::uint8_t {
  reservation_created,
  reservation_expired,
  reservation_cancelled,
  payment_completed,
  queue_activated,
};

constexpr std::string_view name_of(EventType type) {
  switch (type) {
    case EventType::reservation_created: return "reservation.created";
    case EventType::reservation_expired: return "reservation.expired";
    case EventType::reservation_cancelled: return "reservation.cancelled";
    case EventType::payment_completed: return "payment.completed";
    case EventType::queue_activated: return "queue.activated";
  }
  return "";
}

struct Event {
  EventType type;
  TimePoint occurred_at;
  ReservationId reservation = {};  // of the reservation.* and payment.* events
  int seq = 0;                     // 1 = created; 0 for queue.activated
  ConcertId concert = {};          // of queue.activated, with the next two
  TicketNumber ticket = {};
  UserId user = {};
  std::string traceparent = {};  // W3C trace context of the request that made it; empty when its sender has none
};

}  // namespace frontrow

// Facts published to others. Every transition of a reservation appends exactly one event, in the transaction of the
// transition. `seq` counts the events of a reservation, so that a consumer can drop a repeated one. An operator's
// change of a concert or its dates is published in the same way; there `seq` counts within the concert.
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
  concert_changed,
  schedule_changed,
};

constexpr std::string_view name_of(EventType type) {
  switch (type) {
    case EventType::reservation_created: return "reservation.created";
    case EventType::reservation_expired: return "reservation.expired";
    case EventType::reservation_cancelled: return "reservation.cancelled";
    case EventType::payment_completed: return "payment.completed";
    case EventType::queue_activated: return "queue.activated";
    case EventType::concert_changed: return "concert.changed";
    case EventType::schedule_changed: return "schedule.changed";
  }
  return "";
}

// The subject of an event. It decides which facts the event carries, and what `seq` counts.
enum class EventSubject : std::uint8_t { reservation, queue, catalog };

constexpr EventSubject subject_of(EventType type) {
  switch (type) {
    case EventType::reservation_created:
    case EventType::reservation_expired:
    case EventType::reservation_cancelled:
    case EventType::payment_completed: return EventSubject::reservation;
    case EventType::queue_activated: return EventSubject::queue;
    case EventType::concert_changed:
    case EventType::schedule_changed: return EventSubject::catalog;
  }
  return EventSubject::reservation;
}

struct Event {
  EventType type;
  TimePoint occurred_at;
  ReservationId reservation = {};  // in events reservation.* and payment.*
  std::int64_t seq = 0;            // in a reservation: 1 = created; in a concert's changes: from 1; 0 in queue.activated
  ConcertId concert = {};          // in queue.activated, with the next two; in concert.changed and schedule.changed
  TicketNumber ticket = {};
  UserId user = {};
  ScheduleId schedule = {};      // in schedule.changed
  std::string changes = {};      // in concert.changed and schedule.changed: a JSON object (app/commands/change_json.hpp)
  std::string traceparent = {};  // W3C trace context of the request that made the event; empty without one
};

// The id, the same at every delivery, in the feed and in the stream.
inline std::string event_id_of(const Event& event) {
  switch (subject_of(event.type)) {
    case EventSubject::reservation: return "r" + std::to_string(event.reservation.value) + "-" + std::to_string(event.seq);
    case EventSubject::queue: return "q" + std::to_string(event.concert.value) + "-" + std::to_string(event.ticket.value);
    case EventSubject::catalog: return "c" + std::to_string(event.concert.value) + "-" + std::to_string(event.seq);
  }
  return {};
}

// Events of one key are published in order.
inline std::string event_key_of(const Event& event) {
  return std::to_string(subject_of(event.type) == EventSubject::reservation ? event.reservation.value : event.concert.value);
}

}  // namespace frontrow

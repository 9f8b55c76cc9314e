// How a reservation is shown.
#pragma once

#include "api/seat_labels.hpp"
#include "domain/reservation.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

// A reservation's fields, in this state. `is_single`: with the "seatId" of its only seat, too.
void write_fields(JsonWriter& json, const SeatLabels& labels, const Reservation& reservation, ReservationStatus status,
                  bool is_single = false);
// "seats":[{seatId,number,section,row,price}]; where a seat is stands in the hall, not in the reservation.
void write_seats(JsonWriter& json, const SeatLabels& labels, const Reservation& reservation);

}  // namespace frontrow::http

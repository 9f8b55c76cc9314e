// How a reservation is shown.
#pragma once

#include "app/live/catalog.hpp"
#include "domain/reservation.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

std::string_view name_of(ReservationStatus status);
// "seats":[{seatId,number,section,row,price}]; where a seat is stands in the catalog, not in the reservation.
void write_seats(JsonWriter& json, const CatalogPicture& picture, const Reservation& reservation);

}  // namespace frontrow::http

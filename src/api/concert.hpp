// How concerts and schedules are shown, to buyers and to the administrator alike.
#pragma once

#include "app/live/catalog.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

class Api;

void write_concert(JsonWriter& json, const Api& api, const ConcertEntry& entry, TimePoint now);
void write_schedule(JsonWriter& json, const ConcertEntry& concert, const ScheduleEntry& entry, TimePoint now);

}  // namespace frontrow::http

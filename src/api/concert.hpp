// How concerts, schedules and queues are shown, to buyers and to the administrator alike.
#pragma once

#include "api/request_reader.hpp"
#include "api/shared_pages.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

// A list of concerts is cut into pages by id: the cursor is the last id shown. `limit`: of a page when the request names none.
struct ConcertPage {
  std::int64_t limit;
  ConcertId after;
};
ConcertPage read_page(RequestReader& in, std::int64_t limit);
// The fields that write_concert() shows.
SharedPages::Item item_of(const ConcertPtr& entry, TimePoint now);

void write_concert(JsonWriter& json, const Api& api, const ConcertEntry& entry, TimePoint now);
void write_schedule(JsonWriter& json, const ConcertEntry& concert, const ScheduleEntry& entry, TimePoint now);
void write_queue_state(JsonWriter& json, const QueueSettings& settings, const QueueCounts& counts);

}  // namespace frontrow::http

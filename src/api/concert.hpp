// How concerts, schedules and queues are shown, to buyers and to the administrator alike.
#pragma once

#include <functional>

#include "api/request_reader.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

// A list of concerts is cut into pages by id: the cursor is the last id shown. `limit`: of a page when the request names none.
struct ConcertPage {
  std::int64_t limit;
  ConcertId after;
  bool is_head = false;  // nothing is rendered
};
ConcertPage read_page(RequestReader& in, std::int64_t limit);
using IsShown = std::function<bool(const ConcertEntry&, TimePoint now)>;
using WriteConcert = std::function<void(JsonWriter&, const ConcertEntry&, TimePoint now)>;
Response page_response(const Api& api, const ConcertPage& page, const IsShown& is_shown, const WriteConcert& write);

void write_concert(JsonWriter& json, const Api& api, const ConcertEntry& entry, TimePoint now);
void write_schedule(JsonWriter& json, const ConcertEntry& concert, const ScheduleEntry& entry, TimePoint now);
void write_queue_state(JsonWriter& json, const QueueSettings& settings, const QueueCounts& counts);

}  // namespace frontrow::http

// A seat map's JSON, rendered once per change and handed out as shared bytes. Seats are kept in chunks, so that a change in a map
// of 50,000 renders 64 seats again and not all of them. Whoever takes gzip gets a large one compressed, by the same chunks.
#pragma once

#include <unordered_map>
#include <vector>

#include "app/live/seat_map.hpp"
#include "base/mutex.hpp"
#include "http/gzip_pieces.hpp"
#include "http/json_writer.hpp"
#include "http/response.hpp"

namespace frontrow::http {

std::string_view name_of(SeatStatus status);
// "section":…,"row":… of a place; null when the schedule has none.
void write_place(JsonWriter& json, const std::vector<Section>& sections, const SeatPlace& place);
// {id,number,section,row,price,status}
void append_seat(std::string& out, const SeatMap& map, const std::vector<Section>& sections, const SeatMap::Shown& seat);

// The shown seats follow from the version and the number of lapsed holds, so these two are a strong validator.
// Where several servers make versions, what one has shown late is its own: then its name (`instance`, else empty) is part of it.
// One of a gzip stream is another than that of the plain text (RFC 9110, 8.8.3.3).
std::string etag_of(const SeatMap::Stamp& stamp, std::string_view instance, bool gzip = false);
// Everything of a seat map's object up to and including "seats":[
std::string opening_of(const SeatMap& map, const SeatMap::Stamp& stamp);

class SeatMapBytes {
 public:
  SeatMapBytes(std::shared_ptr<SeatMap> map, std::string_view instance) : map_(std::move(map)), instance_(instance) {}

  struct Rendered {
    std::string etag;
    std::vector<SharedBytes> parts;  // the whole object
  };
  // Thread safe; waits for another thread's rendering at most, never for a commit. `gzip`: see is_worth_gzip().
  std::shared_ptr<const Rendered> render(TimePoint now, bool gzip);
  // A small hall's few kilobytes go out faster than they are compressed.
  bool is_worth_gzip() const;

 private:
  static constexpr std::uint32_t kChunk = 64;
  bool refresh(TimePoint now) REQUIRES(mutex_);
  SharedBytes render_chunk(std::uint32_t chunk) const REQUIRES(mutex_);
  std::vector<SharedBytes> put_together() const REQUIRES(mutex_);
  std::vector<SharedBytes> put_together_gzipped() REQUIRES(mutex_);

  const std::shared_ptr<SeatMap> map_;
  const std::string instance_;
  Mutex mutex_;
  SeatMap::Sections sections_ GUARDED_BY(mutex_);  // as the chunks name them
  SeatMap::Cursor cursor_ GUARDED_BY(mutex_);
  std::vector<SeatMap::Shown> shown_ GUARDED_BY(mutex_);
  std::vector<SharedBytes> chunks_ GUARDED_BY(mutex_);
  std::vector<GzipPiece> gzipped_ GUARDED_BY(mutex_);  // of the chunks; without bytes when it is to be made
  std::vector<SeatMap::Shown> changes_ GUARDED_BY(mutex_);
  SeatMap::Stamp stamp_ GUARDED_BY(mutex_);
  std::shared_ptr<const Rendered> rendered_ GUARDED_BY(mutex_), rendered_gzipped_ GUARDED_BY(mutex_);  // of the stamp, if asked for
};

// One SeatMapBytes for each schedule ever asked for.
class SeatMapRenderings {
 public:
  explicit SeatMapRenderings(std::string_view instance) : instance_(instance) {}
  SeatMapBytes& of(const std::shared_ptr<SeatMap>& map);

 private:
  const std::string instance_;
  Mutex mutex_;
  std::unordered_map<ScheduleId, std::unique_ptr<SeatMapBytes>> by_schedule_ GUARDED_BY(mutex_);
};

}  // namespace frontrow::http

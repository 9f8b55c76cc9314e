// A seat map's JSON, rendered once per change and view, and handed out as shared bytes. Seats are kept in chunks, so that a change
// in a map of 50,000 renders 64 seats again and not all of them. A client that takes gzip gets a large map compressed, by the same
// chunks. A view that nobody has asked for lately is dropped.
#pragma once

#include <array>
#include <atomic>
#include <map>
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

// The shown seats follow from the version and the number of lapsed holds, so these two are a strong validator.
// Where several servers make versions, what one has shown late is its own: then its name (`instance`, else empty) is part of it.
// One of a gzip stream is another than that of the plain text (RFC 9110, 8.8.3.3).
std::string etag_of(const SeatMap::Stamp& stamp, std::string_view instance, bool gzip = false);

// The header lines of an answer with this tag, about a hall of so many seats.
std::string tag_lines(std::int64_t seats, std::string_view etag);

// It lives as long as the map and refers to it; what it has handed out refers to neither.
class SeatMapBytes final : public SeatMap::Companion {
 public:
  SeatMapBytes(SeatMap& map, std::string_view instance) : map_(map), instance_(instance) {}
  // Those of the map.
  static SeatMapBytes& of(SeatMap& map, std::string_view instance) { return map.companion<SeatMapBytes>(instance); }

  struct View {
    std::optional<SeatStatus> only = {};  // else all seats
    bool gzip = false;                    // only where is_worth_gzip()
    friend bool operator==(const View&, const View&) = default;
  };
  struct Rendered {
    std::string etag;
    std::string lines;  // tag_lines()
    std::vector<SharedBytes> parts;
    std::size_t size = 0;
  };
  using RenderedPtr = std::shared_ptr<const Rendered>;

  // A small hall's few kilobytes go out faster than they are compressed.
  static bool is_worth_gzip(std::int64_t seats);
  bool is_worth_gzip() const;
  // The tag that render() would give now; renders nothing.
  std::string etag(TimePoint now, View view) const { return etag_of(map_.stamp(now), instance_, view.gzip); }

  // All of these are thread safe, and wait for another thread's rendering at most, never for a commit.
  // The whole object.
  RenderedPtr render(TimePoint now, View view);
  // The same if this thread has asked for it lately and the map has not changed since, else null. Takes no lock.
  static RenderedPtr recent(const SeatMap& map, TimePoint now, View view);
  // The same if it has been rendered already, else null.
  RenderedPtr find(TimePoint now, View view);
  // The changes since a version. `seats` is the array's content and the end of the object; the caller writes the beginning.
  struct Changes {
    std::int64_t version = 0, available = 0;
    bool is_full = false;
    RenderedPtr seats;
  };
  // Refuses as SeatMap::since does.
  Result<Changes> since(std::int64_t version, TimePoint now, std::int64_t may_lag);

  void forget(TimePoint then) override;
  // Of what is kept for the next reader, about.
  std::size_t bytes() const override { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::uint32_t kChunk = 64;         // seats
  static constexpr std::size_t kChangesKept = 32;     // of followers, of which most ask from one of a few versions
  static constexpr std::int64_t kExactly = 64;        // versions behind, up to which a follower gets what it has missed and no more
  static constexpr std::int64_t kStepsADoubling = 4;  // beginnings for followers further behind
  // The chunks and renderings of one view. A chunk begins with a comma, but for the hall's first seat.
  struct Kept {
    std::vector<SharedBytes> chunks;  // null when it is to be made
    std::vector<GzipPiece> packed;    // of the chunks; without bytes when it is to be made
    RenderedPtr plain, gzip;
    TimePoint asked{};
  };

  RenderedPtr render(TimePoint now, View view, SeatMap::Cursor& as_of);
  void refresh(TimePoint now) REQUIRES(mutex_);
  std::int64_t shared_start(std::int64_t version) const REQUIRES(mutex_);
  void begin_anew() REQUIRES(mutex_);
  Kept& kept(const View& view) REQUIRES(mutex_);
  const SharedBytes& chunk(Kept& of, std::optional<SeatStatus> only, std::uint32_t index) REQUIRES(mutex_);
  SharedBytes render_chunk(std::uint32_t index, std::optional<SeatStatus> only) const REQUIRES(mutex_);
  std::vector<SharedBytes> seats_of(Kept& of, std::optional<SeatStatus> only) REQUIRES(mutex_);
  std::vector<SharedBytes> put_together(Kept& of, std::optional<SeatStatus> only) REQUIRES(mutex_);
  std::vector<SharedBytes> put_together_gzipped(Kept& of, std::optional<SeatStatus> only) REQUIRES(mutex_);
  Changes all_as_changes() REQUIRES(mutex_);

  void count_bytes() REQUIRES(mutex_);

  SeatMap& map_;
  const std::string instance_;
  std::atomic<std::size_t> bytes_{0};
  Mutex mutex_;
  SeatMap::Sections sections_ GUARDED_BY(mutex_);  // as the chunks name them
  SeatMap::Cursor cursor_ GUARDED_BY(mutex_);
  std::vector<SeatMap::Shown> shown_ GUARDED_BY(mutex_);
  std::vector<SeatMap::Shown> changes_ GUARDED_BY(mutex_);
  SeatMap::Stamp stamp_ GUARDED_BY(mutex_);
  std::array<Kept, 4> kept_ GUARDED_BY(mutex_);  // all seats, then by status
  // These belong to `changes_stamp_`. A follower whose version is `full_up_to_` or lower gets all seats.
  SeatMap::Stamp changes_stamp_ GUARDED_BY(mutex_);
  std::map<std::int64_t, Changes> changes_since_ GUARDED_BY(mutex_);
  std::int64_t full_up_to_ GUARDED_BY(mutex_) = -1;
  RenderedPtr all_seats_ GUARDED_BY(mutex_);  // of stamp_
  TimePoint changes_asked_ GUARDED_BY(mutex_){};
};

}  // namespace frontrow::http

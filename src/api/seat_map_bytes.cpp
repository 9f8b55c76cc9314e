#include "api/seat_map_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "api/recent_renderings.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kSmall = 4;  // chunks
constexpr std::string_view kClosing = "]}";

SharedBytes shared(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

SeatMapBytes::RenderedPtr rendered(std::vector<SharedBytes> parts, std::string etag = {}, std::string lines = {}) {
  std::size_t size = 0;
  for (const SharedBytes& part : parts) size += part->size();
  return std::make_shared<const SeatMapBytes::Rendered>(std::move(etag), std::move(lines), std::move(parts), size);
}

// {id,number,section,row,price,status}
void append_seat(std::string& out, const SeatMap& map, const std::vector<Section>& sections, const SeatMap::Shown& seat) {
  const SeatPlace& place = map.places()[seat.index];
  JsonWriter json(out);
  json.begin_object().field("id", place.id).field("number", place.number);
  write_place(json, sections, place);
  json.field("price", seat.price.value).field("status", name_of(seat.status)).end_object();
}

// Everything of a seat map's object up to and including "seats":[
std::string opening_of(const SeatMap& map, const SeatMap::Stamp& stamp) {
  return fmt::format(R"({{"concertId":{},"scheduleId":{},"version":{},"availableSeats":{},"seats":[)",
                     map.concert().value,
                     map.schedule().value,
                     stamp.complete(),
                     stamp.available);
}

RecentRenderings& recent_of_thread() {
  thread_local RecentRenderings recent;
  return recent;
}

}  // namespace

std::string_view name_of(SeatStatus status) {
  switch (status) {
    case SeatStatus::available: return "AVAILABLE";
    case SeatStatus::held: return "TEMPORARILY_RESERVED";
    case SeatStatus::sold: return "RESERVED";
  }
  return "";
}

void write_place(JsonWriter& json, const std::vector<Section>& sections, const SeatPlace& place) {
  const auto section = std::ranges::lower_bound(sections, place.section, {}, &Section::id);
  json.field("section", section == sections.end() ? std::nullopt : if_said(section->name));
  json.field("row", place.row == 0 ? std::nullopt : std::optional{place.row});
}

std::string etag_of(const SeatMap::Stamp& stamp, std::string_view instance, bool gzip) {
  const std::string_view coding = gzip ? "-gzip" : "";
  if (instance.empty()) return fmt::format("\"{}-{}{}\"", stamp.version, stamp.lapsed, coding);
  return fmt::format("\"{}-{}-{}{}-{}{}\"", stamp.version, stamp.lapsed, instance, stamp.late, stamp.ahead, coding);
}

bool SeatMapBytes::is_worth_gzip(std::int64_t seats) { return seats > std::int64_t{kSmall} * kChunk; }

bool SeatMapBytes::is_worth_gzip() const { return is_worth_gzip(std::ssize(map_.places())); }

std::string tag_lines(std::int64_t seats, std::string_view etag) {
  Response lines;
  lines.add_header("ETag", etag);
  if (SeatMapBytes::is_worth_gzip(seats)) lines.add_header("Vary", "Accept-Encoding");
  return std::move(lines.headers);
}

// Chunks are shared by renderings and views: what several have counts once or a little more often.
void SeatMapBytes::count_bytes() {
  std::size_t bytes = shown_.capacity() * sizeof(SeatMap::Shown);
  for (std::size_t view = 0; view < kept_.size(); ++view) {
    const Kept& of = kept_[view];
    for (std::size_t at = 0; at < of.chunks.size(); ++at)
      if (of.chunks[at] != nullptr && (view == 0 || at >= kept_[0].chunks.size() || of.chunks[at] != kept_[0].chunks[at]))
        bytes += of.chunks[at]->size() + sizeof(std::string);
    for (const GzipPiece& piece : of.packed)
      if (piece.bytes != nullptr) bytes += piece.bytes->size() + sizeof(std::string);
    if (of.plain != nullptr) bytes += of.plain->parts.size() == 1 ? of.plain->size : of.plain->parts.size() * sizeof(SharedBytes);
    if (of.gzip != nullptr) bytes += of.gzip->parts.size() == 1 ? of.gzip->size : of.gzip->parts.size() * sizeof(SharedBytes);
  }
  for (const auto& [version, changes] : changes_since_) bytes += changes.seats->size;
  bytes_.store(bytes, std::memory_order_relaxed);
}

void SeatMapBytes::refresh(TimePoint now) {
  changes_.clear();
  shown_.resize(map_.places().size());
  const SeatMap::Stamp stamp = map_.read(now, cursor_, changes_);
  if (changes_.empty() && stamp_ == stamp) return;
  if (SeatMap::Sections sections = map_.sections(); sections != sections_) {  // after the seats: no older than their version
    sections_ = std::move(sections);
    begin_anew();
  }
  for (const SeatMap::Shown& change : changes_) {
    const std::size_t at = change.index / kChunk;
    if (shown_[change.index] != change) {
      for (Kept& of : kept_) {
        if (at < of.chunks.size()) of.chunks[at] = nullptr;
        if (at < of.packed.size()) of.packed[at] = {};
      }
    }
    shown_[change.index] = change;
  }
  for (Kept& of : kept_) of.plain = of.gzip = nullptr;
  all_seats_ = nullptr;
  stamp_ = stamp;
}

void SeatMapBytes::begin_anew() {
  for (Kept& of : kept_) {
    of.chunks.clear();
    of.packed.clear();
  }
}

SeatMapBytes::Kept& SeatMapBytes::kept(const View& view) { return kept_[view.only ? 1 + static_cast<std::size_t>(*view.only) : 0]; }

SharedBytes SeatMapBytes::render_chunk(std::uint32_t index, std::optional<SeatStatus> only) const {
  std::string bytes;
  const std::uint32_t first = index * kChunk;
  const auto last = std::min<std::uint32_t>(first + kChunk, static_cast<std::uint32_t>(shown_.size()));
  for (std::uint32_t at = first; at < last; ++at) {
    if (only && shown_[at].status != *only) continue;
    if (at > 0) bytes += ',';
    append_seat(bytes, map_, *sections_, shown_[at]);
  }
  return shared(std::move(bytes));
}

// A chunk whose seats are all of one status is the same bytes in both views.
const SharedBytes& SeatMapBytes::chunk(Kept& of, std::optional<SeatStatus> only, std::uint32_t index) {
  of.chunks.resize((shown_.size() + kChunk - 1) / kChunk);
  SharedBytes& bytes = of.chunks[index];
  if (bytes != nullptr) return bytes;
  const auto seats = std::span(shown_).subspan(std::size_t{index} * kChunk);
  const auto is_wanted = [&](const SeatMap::Shown& seat) { return seat.status == *only; };
  if (only && std::ranges::all_of(seats.first(std::min<std::size_t>(kChunk, seats.size())), is_wanted))
    bytes = chunk(kept_[0], {}, index);
  else
    bytes = render_chunk(index, only);
  return bytes;
}

// The seats, with commas between them and none before.
std::vector<SharedBytes> SeatMapBytes::seats_of(Kept& of, std::optional<SeatStatus> only) {
  std::vector<SharedBytes> parts;
  const auto count = static_cast<std::uint32_t>((shown_.size() + kChunk - 1) / kChunk);
  parts.reserve(count + 2);
  for (std::uint32_t index = 0; index < count; ++index) {
    const SharedBytes& bytes = chunk(of, only, index);
    if (bytes->empty()) continue;
    parts.push_back(parts.empty() && bytes->front() == ',' ? shared(bytes->substr(1)) : bytes);
  }
  return parts;
}

// A small hall's as one piece: a list of buffers costs the kernel more than so short a copy costs us, once a version.
std::vector<SharedBytes> SeatMapBytes::put_together(Kept& of, std::optional<SeatStatus> only) {
  std::vector<SharedBytes> parts = seats_of(of, only);
  if (!is_worth_gzip()) {
    std::string whole = opening_of(map_, stamp_);
    for (const SharedBytes& part : parts) whole += *part;
    whole += kClosing;
    return {shared(std::move(whole))};
  }
  parts.insert(parts.begin(), shared(opening_of(map_, stamp_)));
  parts.push_back(shared(std::string(kClosing)));
  return parts;
}

std::vector<SharedBytes> SeatMapBytes::put_together_gzipped(Kept& of, std::optional<SeatStatus> only) {
  GzipPieces gzip;
  std::vector<GzipPiece> pieces{gzip.compress(opening_of(map_, stamp_))};
  const auto count = static_cast<std::uint32_t>((shown_.size() + kChunk - 1) / kChunk);
  of.packed.resize(count);
  for (std::uint32_t index = 0; index < count; ++index) {
    const SharedBytes& bytes = chunk(of, only, index);
    if (bytes->empty()) continue;
    if (pieces.size() == 1 && bytes->front() == ',') {
      pieces.push_back(gzip.compress(std::string_view(*bytes).substr(1)));
      continue;
    }
    if (of.packed[index].bytes == nullptr) of.packed[index] = gzip.compress(*bytes);
    pieces.push_back(of.packed[index]);
  }
  pieces.push_back(gzip.compress(kClosing));
  return gzip_stream(pieces);
}

SeatMapBytes::RenderedPtr SeatMapBytes::recent(const SeatMap& map, TimePoint now, View view) {
  return recent_of_thread().find(map, view, now);
}

SeatMapBytes::RenderedPtr SeatMapBytes::render(TimePoint now, View view) {
  SeatMap::Cursor as_of;
  RenderedPtr made = render(now, view, as_of);
  recent_of_thread().keep(map_, view, now, as_of, made);
  return made;
}

SeatMapBytes::RenderedPtr SeatMapBytes::render(TimePoint now, View view, SeatMap::Cursor& as_of) {
  const MutexLock lock(mutex_);
  refresh(now);
  as_of = cursor_;
  Kept& of = kept(view);
  of.asked = now;
  RenderedPtr& made = view.gzip ? of.gzip : of.plain;
  if (made != nullptr) return made;
  std::string etag = etag_of(stamp_, instance_, view.gzip);
  std::string lines = tag_lines(std::ssize(map_.places()), etag);
  made = rendered(view.gzip ? put_together_gzipped(of, view.only) : put_together(of, view.only), std::move(etag), std::move(lines));
  count_bytes();
  return made;
}

SeatMapBytes::RenderedPtr SeatMapBytes::find(TimePoint now, View view) {
  const SeatMap::Stamp stamp = map_.stamp(now);
  const MutexLock lock(mutex_);
  if (stamp_ != stamp) return nullptr;
  const Kept& of = kept(view);
  return view.gzip ? of.gzip : of.plain;
}

SeatMapBytes::Changes SeatMapBytes::all_as_changes() {
  if (all_seats_ == nullptr) {
    std::vector<SharedBytes> parts = seats_of(kept_[0], {});
    parts.push_back(shared(std::string(kClosing)));
    all_seats_ = rendered(std::move(parts));
    count_bytes();
  }
  return {.version = stamp_.complete(), .available = stamp_.available, .is_full = true, .seats = all_seats_};
}

// A follower that is far behind gets some changes more than it has missed, from a version at which others begin as well. However
// many versions are asked for, there are few renderings: some sixty for a million versions.
std::int64_t SeatMapBytes::shared_start(std::int64_t version) const {
  const std::int64_t behind = stamp_.complete() - version;
  if (behind < kExactly) return version;
  const auto step = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(behind)) / kStepsADoubling);
  return version - version % step;
}

Result<SeatMapBytes::Changes> SeatMapBytes::since(std::int64_t version, TimePoint now, std::int64_t may_lag) {
  const MutexLock lock(mutex_);
  refresh(now);
  changes_asked_ = now;
  if (changes_stamp_ != stamp_) {
    changes_since_.clear();
    full_up_to_ = -1;
    changes_stamp_ = stamp_;
  }
  version = shared_start(version);
  if (version <= full_up_to_) {
    kept_[0].asked = now;
    return all_as_changes();
  }
  if (const auto known = changes_since_.find(version); known != changes_since_.end()) return known->second;
  auto found = map_.since(version, now, may_lag);
  if (!found) return std::unexpected(std::move(found.error()));
  if (found->is_full) {
    refresh(now);  // no older than what was just found to be too far away
    if (changes_stamp_ == stamp_) full_up_to_ = version;
    kept_[0].asked = now;
    return all_as_changes();
  }
  std::string bytes;
  const SeatMap::Sections sections = map_.sections();
  for (const SeatMap::Shown& seat : found->seats) {
    if (!bytes.empty()) bytes += ',';
    append_seat(bytes, map_, *sections, seat);
  }
  bytes += kClosing;
  Changes made{.version = found->version,
               .available = found->stamp.available,
               .is_full = false,
               .seats = rendered({shared(std::move(bytes))})};
  if (found->stamp != stamp_) return made;  // a commit came in between: the next one who asks begins anew
  if (changes_since_.size() == kChangesKept) changes_since_.erase(changes_since_.begin());
  changes_since_.emplace(version, made);
  return made;
}

void SeatMapBytes::forget(TimePoint then) {
  const MutexLock lock(mutex_);
  bool is_left = changes_asked_ > then;
  if (!is_left) {
    changes_since_.clear();
    full_up_to_ = -1;
    all_seats_ = nullptr;
  }
  for (Kept& of : kept_) {
    if (of.asked > then) {
      is_left = true;
    } else {
      of = {.asked = of.asked};
    }
  }
  if (!is_left) {
    shown_ = std::vector<SeatMap::Shown>{};  // = {} would keep the memory
    changes_ = std::vector<SeatMap::Shown>{};
    cursor_ = {};
    stamp_ = {};
  }
  count_bytes();
}

}  // namespace frontrow::http

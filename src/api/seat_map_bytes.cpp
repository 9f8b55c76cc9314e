#include "api/seat_map_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "http/json_writer.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kSmall = 4;  // chunks
constexpr std::string_view kClosing = "]}";

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

void append_seat(std::string& out, const SeatMap& map, const std::vector<Section>& sections, const SeatMap::Shown& seat) {
  const SeatPlace& place = map.places()[seat.index];
  JsonWriter json(out);
  json.begin_object().field("id", place.id).field("number", place.number);
  write_place(json, sections, place);
  json.field("price", seat.price.value).field("status", name_of(seat.status)).end_object();
}

SharedBytes SeatMapBytes::render_chunk(std::uint32_t chunk) const {
  std::string bytes;
  const std::uint32_t first = chunk * kChunk;
  const auto last = std::min<std::uint32_t>(first + kChunk, static_cast<std::uint32_t>(shown_.size()));
  for (std::uint32_t index = first; index < last; ++index) {
    if (index > 0) bytes += ',';
    append_seat(bytes, *map_, *sections_, shown_[index]);
  }
  return std::make_shared<const std::string>(std::move(bytes));
}

std::string etag_of(const SeatMap::Stamp& stamp, std::string_view instance, bool gzip) {
  const std::string_view coding = gzip ? "-gzip" : "";
  if (instance.empty()) return fmt::format("\"{}-{}{}\"", stamp.version, stamp.lapsed, coding);
  return fmt::format("\"{}-{}-{}{}-{}{}\"", stamp.version, stamp.lapsed, instance, stamp.late, stamp.ahead, coding);
}

std::string opening_of(const SeatMap& map, const SeatMap::Stamp& stamp) {
  return fmt::format(R"({{"concertId":{},"scheduleId":{},"version":{},"availableSeats":{},"seats":[)",
                     map.concert().value,
                     map.schedule().value,
                     stamp.complete(),
                     stamp.available);
}

bool SeatMapBytes::is_worth_gzip() const { return map_->places().size() > kSmall * kChunk; }

// A small hall's as one piece: a list of buffers costs the kernel more than so short a copy costs us, once a version.
std::vector<SharedBytes> SeatMapBytes::put_together() const {
  if (chunks_.size() <= kSmall) {
    std::string whole = opening_of(*map_, stamp_);
    for (const SharedBytes& chunk : chunks_) whole += *chunk;
    whole += kClosing;
    return {std::make_shared<const std::string>(std::move(whole))};
  }
  std::vector<SharedBytes> parts{std::make_shared<const std::string>(opening_of(*map_, stamp_))};
  parts.insert(parts.end(), chunks_.begin(), chunks_.end());
  parts.push_back(std::make_shared<const std::string>(kClosing));
  return parts;
}

std::vector<SharedBytes> SeatMapBytes::put_together_gzipped() {
  GzipPieces gzip;
  std::vector<GzipPiece> pieces{gzip.compress(opening_of(*map_, stamp_))};
  gzipped_.resize(chunks_.size());
  for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk)
    if (gzipped_[chunk].bytes == nullptr) gzipped_[chunk] = gzip.compress(*chunks_[chunk]);
  pieces.insert(pieces.end(), gzipped_.begin(), gzipped_.end());
  pieces.push_back(gzip.compress(kClosing));
  return gzip_stream(pieces);
}

// False when nothing has changed.
bool SeatMapBytes::refresh(TimePoint now) {
  changes_.clear();
  const SeatMap::Stamp stamp = map_->read(now, cursor_, changes_);
  if (!shown_.empty() && changes_.empty() && stamp_ == stamp) return false;
  if (shown_.empty()) {
    shown_.resize(map_->places().size());
    chunks_.resize((shown_.size() + kChunk - 1) / kChunk);
  }
  if (SeatMap::Sections sections = map_->sections(); sections != sections_) {  // after the seats: no older than their version
    sections_ = std::move(sections);
    std::ranges::fill(chunks_, nullptr);
    gzipped_.clear();
  }
  for (const SeatMap::Shown& change : changes_) {
    const std::size_t chunk = change.index / kChunk;
    if (shown_[change.index] != change) {
      chunks_[chunk] = nullptr;
      if (chunk < gzipped_.size()) gzipped_[chunk] = {};
    }
    shown_[change.index] = change;
  }
  for (std::uint32_t chunk = 0; chunk < chunks_.size(); ++chunk)
    if (chunks_[chunk] == nullptr) chunks_[chunk] = render_chunk(chunk);
  stamp_ = stamp;  // only now: what memory did not suffice for is made at the next call
  return true;
}

std::shared_ptr<const SeatMapBytes::Rendered> SeatMapBytes::render(TimePoint now, bool gzip) {
  const MutexLock lock(mutex_);
  if (refresh(now)) rendered_ = rendered_gzipped_ = nullptr;
  auto& rendered = gzip ? rendered_gzipped_ : rendered_;
  if (rendered == nullptr) {
    const std::string etag = etag_of(stamp_, instance_, gzip);
    rendered = std::make_shared<const Rendered>(etag, gzip ? put_together_gzipped() : put_together());
  }
  return rendered;
}

SeatMapBytes& SeatMapRenderings::of(const std::shared_ptr<SeatMap>& map) {
  const MutexLock lock(mutex_);
  auto& bytes = by_schedule_[map->schedule()];
  if (bytes == nullptr) bytes = std::make_unique<SeatMapBytes>(map, instance_);
  return *bytes;
}

}  // namespace frontrow::http

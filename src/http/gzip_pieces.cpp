#include "http/gzip_pieces.hpp"

#include "base/check.hpp"

namespace frontrow::http {

namespace {

constexpr int kRawDeflate = -MAX_WBITS;
constexpr int kMemory = 8;  // zlib's default
// A gzip header without a name and without a time.
constexpr std::string_view kHeader{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10};
constexpr std::string_view kLastBlock{"\x03\x00", 2};  // final and empty

void append_little_endian(std::string& out, std::uint32_t number) {
  for (int byte = 0; byte < 4; ++byte) out += static_cast<char>(number >> (8 * byte) & 0xff);
}

SharedBytes shared(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

}  // namespace

GzipPieces::GzipPieces() {
  CHECK(deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kRawDeflate, kMemory, Z_DEFAULT_STRATEGY) == Z_OK);
}

GzipPieces::~GzipPieces() { deflateEnd(&stream_); }

GzipPiece GzipPieces::compress(std::string_view plain) {
  const auto* const bytes = reinterpret_cast<const Bytef*>(plain.data());
  const auto size = static_cast<uInt>(plain.size());
  deflateReset(&stream_);
  std::string deflated(deflateBound(&stream_, size) + 16, '\0');  // room for the flush as well
  stream_.next_in = const_cast<Bytef*>(bytes);
  stream_.avail_in = size;
  stream_.next_out = reinterpret_cast<Bytef*>(deflated.data());
  stream_.avail_out = static_cast<uInt>(deflated.size());
  CHECK(deflate(&stream_, Z_SYNC_FLUSH) == Z_OK && stream_.avail_in == 0 && stream_.avail_out > 0);
  deflated.resize(deflated.size() - stream_.avail_out);
  deflated.shrink_to_fit();
  return {.bytes = shared(std::move(deflated)), .check = static_cast<std::uint32_t>(crc32(0, bytes, size)), .size = plain.size()};
}

std::vector<SharedBytes> gzip_stream(std::span<const GzipPiece> pieces) {
  std::vector<SharedBytes> parts;
  parts.reserve(pieces.size() + 2);
  parts.push_back(shared(std::string(kHeader)));
  uLong check = crc32(0, nullptr, 0);
  std::size_t size = 0;
  for (const GzipPiece& piece : pieces) {
    parts.push_back(piece.bytes);
    check = crc32_combine(check, piece.check, static_cast<z_off_t>(piece.size));
    size += piece.size;
  }
  std::string end(kLastBlock);
  append_little_endian(end, static_cast<std::uint32_t>(check));
  append_little_endian(end, static_cast<std::uint32_t>(size));
  parts.push_back(shared(std::move(end)));
  return parts;
}

}  // namespace frontrow::http

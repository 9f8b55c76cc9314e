// A gzip stream (RFC 1952) of pieces that are compressed apart, so that one piece can be replaced and the others kept.
// A piece ends on a byte and refers to nothing before itself. So any row of pieces is one deflate stream (RFC 1951).
#pragma once

#include <zlib.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "http/response.hpp"

namespace frontrow::http {

struct GzipPiece {
  SharedBytes bytes;        // deflated
  std::uint32_t check = 0;  // CRC-32 and size of the plain text
  std::size_t size = 0;
};

// Compresses one piece after another. Takes 260 KiB of memory.
class GzipPieces {
 public:
  GzipPieces();
  ~GzipPieces();
  GzipPieces(const GzipPieces&) = delete;
  GzipPieces& operator=(const GzipPieces&) = delete;

  GzipPiece compress(std::string_view plain);

 private:
  z_stream stream_{};
};

// The whole stream: a header, the pieces and the trailer.
std::vector<SharedBytes> gzip_stream(std::span<const GzipPiece> pieces);

}  // namespace frontrow::http

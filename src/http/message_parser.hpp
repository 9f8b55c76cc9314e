// Beast's HTTP parser behind a small face: a whole head that framing has accepted, then the body as it arrives.
//
// Header names and values stay views into the caller's bytes; nothing is allocated per request. Refuses what Beast would merge or
// skip silently: chunk extensions and trailers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "http/framing.hpp"

namespace frontrow::http {

struct Header {
  std::string_view name;
  std::string_view value;
};

class MessageParser {
 public:
  MessageParser();
  ~MessageParser();

  // Takes a whole head. False when Beast refuses it or reads it otherwise than `framing` did.
  bool parse_head(std::string_view bytes, const Head& framing);
  std::span<const Header> headers() const;

  // Appends the body found in `bytes` to `body` and returns how many bytes were used; the rest belongs to the next request, or is
  // the beginning of a chunk header that has to be offered again with more behind it. Refuses in this order: payload_too_large when
  // the body would pass `limit`, malformed_request.
  Result<std::size_t> parse_body(std::string_view bytes, std::string& body, std::size_t limit);
  bool is_done() const;

 private:
  struct Parser;
  struct Storage;
  std::unique_ptr<Storage> storage_;
};

}  // namespace frontrow::http

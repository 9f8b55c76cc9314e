// Beast's HTTP parser behind a small interface: first a whole head that framing has accepted, then the body as it
// arrives.
//
// Header names and values stay views into the caller's bytes; nothing is allocated per request. Refuses chunk
// extensions and trailers, which Beast would skip or merge silently.
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

  // Takes a whole head. False if Beast refuses it or reads it differently from `framing`.
  bool parse_head(std::string_view bytes, const Head& framing);
  std::span<const Header> headers() const;

  // Appends the part of the body in `bytes` to `body` and returns the number of used bytes. The other bytes belong to
  // the next request, or begin a chunk header: then they must be passed again with more bytes behind them. Refuses in
  // this order: payload_too_large if the body would pass `limit`, malformed_request.
  Result<std::size_t> parse_body(std::string_view bytes, std::string& body, std::size_t limit);
  bool is_done() const;

 private:
  struct Parser;
  struct Storage;
  std::unique_ptr<Storage> storage_;
};

}  // namespace frontrow::http

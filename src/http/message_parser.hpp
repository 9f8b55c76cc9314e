// Beast's HTTP parser behind a small interface: first a whole head, then the body as it arrives. The rules of framing
// judge the head while Beast reads it: one look.
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

  // Reads a whole head, which find_head_end has found with this scan. A newer version must have become 1.1 (Incoming):
  // Beast knows no other. Refuses as check_head, and malformed_request if Beast refuses it or reads it differently.
  Result<Head> read_head(std::string_view bytes, const HeadScan& scan, const Limits& limits);
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

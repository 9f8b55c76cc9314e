// Where a request begins and ends, read strictly: a head that two servers could read in two ways is refused.
//
// Beast 1.81 parses requests here but lets through what smuggling is made of (docs/adr/0007; framing_test.cpp shows it), so
// every head passes this file first. Pure functions over bytes; they know no socket and no route.
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/error.hpp"
#include "http/limits.hpp"

namespace frontrow::http {

// How many bytes at the front are empty lines before a request line, which RFC 9112, 2.2 lets a server ignore. An empty line of which
// only the CR has arrived is not counted.
std::size_t count_empty_lines(std::string_view bytes);

// What has been seen of a head that is still arriving.
struct HeadScan {
  std::size_t scanned = 0;       // bytes looked at
  std::size_t request_line = 0;  // its length with CRLF; 0 until it is there
};

// Length of the head at the front of `bytes`, CRLF CRLF included; 0 while it is incomplete. Refuses as soon as it can: a line that
// ends in a bare LF (malformed_request), a long request line (uri_too_long), many header bytes (headers_too_large).
Result<std::size_t> find_head_end(std::string_view bytes, HeadScan& scan, const Limits& limits);

// HTTP/1.0, HTTP/1.1, or a 1.x that RFC 9110, 2.5 has us read as 1.1.
enum class Version : std::uint8_t { http10, http11, newer };

struct Head {
  std::string_view method;
  std::string_view target;  // as sent
  std::string_view path;    // of it: begins with '/', or is "*" when the whole server is asked
  std::string_view query;   // of it: what follows the '?'
  Version version = Version::http11;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;  // in HTTP/1.0 only when the client asks for it
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

// Reads one whole head as found above. HTTP/1.0 may come without a Host and never with a Transfer-Encoding; its Expect is ignored. The
// authority of an absolute target counts, not the Host beside it; we serve any. In this order: uri_too_long, headers_too_large,
// malformed_request.
Result<Head> check_head(std::string_view head, const Limits& limits);

}  // namespace frontrow::http

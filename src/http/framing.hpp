// Where a request begins and ends, read strictly: a head that two servers could read in two ways is refused.
//
// Beast 1.81 parses requests here, but lets smuggled requests through (docs/adr/0007; framing_test.cpp shows them). So
// HeadRules judges each part of a head that Beast finds (message_parser), and check_head reads a head by itself: it says
// why one is refused, and the fuzzer compares both. Pure functions over bytes; they know no socket and no route.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "domain/error.hpp"
#include "http/limits.hpp"

namespace frontrow::http {

// The number of bytes at the front that are empty lines before a request line; RFC 9112, 2.2 lets a server ignore them.
// A lone CR at the end is not counted.
std::size_t count_empty_lines(std::string_view bytes);

// The state of the scan of a head that is still arriving.
struct HeadScan {
  std::size_t scanned = 0;       // bytes looked at
  std::size_t request_line = 0;  // its length with CRLF; 0 until it is there
  std::size_t line = 0;          // the first byte of the line that is scanned now
  bool has_fold = false;         // a header goes on in a line that begins with a blank: Beast would join the two
};

// Length of the head at the front of `bytes`, CRLF CRLF included; 0 while it is incomplete. Refuses as early as
// possible: a line that ends in a bare LF (malformed_request), a long request line (uri_too_long), many header bytes
// (headers_too_large).
Result<std::size_t> find_head_end(std::string_view bytes, HeadScan& scan, const Limits& limits);

// HTTP/1.0, HTTP/1.1, or a 1.x that is read as 1.1 (RFC 9110, 2.5).
enum class Version : std::uint8_t { http10, http11, newer };

struct Head {
  std::string_view method;
  std::string_view target;  // as sent
  std::string_view path;    // begins with '/', or is "*" if the request is about the whole server
  std::string_view query;   // the part of the target after '?'
  std::string_view host;    // of an absolute target, else of the header Host, with the port; empty if there is none
  Version version = Version::http11;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;  // in HTTP/1.0 only if the client asks for it
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

// The rules for the parts of a head. HTTP/1.0 may come without a Host and never with a Transfer-Encoding; its Expect is
// ignored. In an absolute target the authority counts, not the Host beside it; every authority is served.
//
// Each function returns why it refuses (malformed_request), or null. To be called in the order of the head.
class HeadRules {
 public:
  // `head` has a method that is a token, a target without blanks, and a version.
  const char* take_target(Head& head);
  // A token and its value, without blanks around it and without control characters.
  const char* take_header(Head& head, std::string_view name, std::string_view value);
  const char* finish(Head& head) const;

 private:
  // Headers that decide how a message is read, or whose message it is. Two of one kind could be read in two ways.
  enum class Single : std::uint8_t {
    host,
    content_length,
    transfer_encoding,
    expect,
    content_type,
    authorization,
    queue_token,
    idempotency_key
  };
  static constexpr std::array<std::string_view, 8> kSingles{
      "host", "content-length", "transfer-encoding", "expect", "content-type", "authorization", "x-queue-token", "idempotency-key"};

  bool has_seen(Single which) const { return seen_[static_cast<std::size_t>(which)]; }
  static const char* take_single(Head& head, Single which, std::string_view value);
  const char* take_connection(std::string_view value);

  std::array<bool, kSingles.size()> seen_{};
  bool closes_ = false;
  bool asks_to_keep_alive_ = false;
};

// Reads one whole head, as found above, line by line. Refuses in this order: uri_too_long, headers_too_large,
// malformed_request.
Result<Head> check_head(std::string_view head, const Limits& limits);

}  // namespace frontrow::http

// The bounds on one client's use of the server. All are settings.
#pragma once

#include <chrono>
#include <cstddef>

namespace frontrow::http {

struct Limits {
  std::size_t request_line = 8 * 1024;   // without its CRLF
  std::size_t header_bytes = 16 * 1024;  // everything after the request line, CRLFs included
  std::size_t header_count = 100;
  std::size_t body = 64 * 1024;
  std::size_t large_body = 4 * 1024 * 1024;           // routes with BodyLimit::large
  std::size_t stream_buffer = 256 * 1024;             // a stream is dropped when so many bytes wait for its reader
  std::size_t slow_readers = std::size_t{256} << 20;  // bytes that only slow readers keep in memory; then the slowest go
};

struct Timeouts {
  using Duration = std::chrono::milliseconds;
  Duration header{5'000};      // from the first byte of a head to its last
  Duration body{10'000};       // from the end of the head to the end of the body
  Duration idle{75'000};       // between requests
  Duration write{30'000};      // for each 64 KiB of an answer
  Duration linger{2'000};      // for the client to notice that our side is closed
  Duration heartbeat{15'000};  // between comments on a silent stream
};

}  // namespace frontrow::http

// A blocking TCP connection to this machine, byte by byte: what tests of slow, broken and hostile clients are made of.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace frontrow::test {

// Refused, reset, or closed in the middle of something.
struct ConnectionLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The peer did not do anything for too long: a hanging server, never part of a passing test.
struct TooSlow : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Socket {
 public:
  struct Options {
    int receive_buffer = 0;  // bytes; 0 leaves it to the system
  };

  explicit Socket(std::uint16_t port) : Socket(port, Options{}) {}
  Socket(std::uint16_t port, Options options);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  void send(std::string_view bytes);  // all of them
  // Sends what fits without waiting, and says how much that was.
  std::size_t send_some(std::string_view bytes);
  void finish_sending();  // half close

  // What has arrived, at least one byte; empty when the peer has closed.
  std::string receive(std::chrono::milliseconds patience = std::chrono::seconds{20});
  // Until the peer closes or resets.
  std::string receive_all(std::chrono::milliseconds patience = std::chrono::seconds{20});
  bool has_arrived(std::chrono::milliseconds patience);  // or has been closed

 private:
  int fd_ = -1;
};

}  // namespace frontrow::test

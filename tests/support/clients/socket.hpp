// A blocking TCP connection to this machine, byte by byte: for tests of slow, broken and hostile clients.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace frontrow::test {

// The connection was refused, reset, or closed too early.
struct ConnectionLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The peer did nothing for too long: a hanging server, never part of a passing test.
struct TooSlow : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Socket {
 public:
  struct Options {
    int receive_buffer = 0;  // in bytes; 0 leaves it to the system
  };

  explicit Socket(std::uint16_t port) : Socket(port, Options{}) {}
  Socket(std::uint16_t port, Options options);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  void send(std::string_view bytes);  // sends all bytes
  // Sends the bytes that fit without waiting, and returns their number.
  std::size_t send_some(std::string_view bytes);
  void finish_sending();  // half close

  // Returns the bytes that have arrived, at least one; empty if the peer has closed.
  std::string receive(std::chrono::milliseconds patience = std::chrono::seconds{20});
  // Reads until the peer closes or resets.
  std::string receive_all(std::chrono::milliseconds patience = std::chrono::seconds{20});
  bool has_arrived(std::chrono::milliseconds patience);  // true as well if the peer has closed

 private:
  int fd_ = -1;
};

}  // namespace frontrow::test

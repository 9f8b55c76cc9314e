// A client that sends exactly the given bytes, right or wrong. Every wait has a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow::test {

struct RawResponse {
  int status = 0;  // 0: no answer came
  std::string head;
  std::string body;

  // The value of a header, empty if absent.
  std::string header(std::string_view name) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient();

  // False if the server has closed the connection.
  bool send(std::string_view bytes);
  void finish_sending();

  // The next answer, by its Content-Length or chunks. Status 0 if the server closes first or `wait` has passed.
  RawResponse receive(std::chrono::milliseconds wait = std::chrono::seconds{10}, bool without_body = false);
  // Reads until the server closes.
  std::string receive_all(std::chrono::milliseconds wait = std::chrono::seconds{10});
  // Waits for `text`; false if it does not come.
  bool receive_until(std::string_view text, std::chrono::milliseconds wait = std::chrono::seconds{10});
  bool is_closed(std::chrono::milliseconds wait = std::chrono::seconds{10});
  // Received bytes that were not returned yet.
  const std::string& pending() const { return pending_; }
  int handle() const { return socket_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  bool read_more(Deadline deadline);

  int socket_ = -1;
  bool closed_ = false;
  std::string pending_;
};

// The statuses of all answers in a server's bytes, 100s included. Bodies are skipped by their Content-Length.
std::vector<int> statuses(std::string_view stream);

}  // namespace frontrow::test

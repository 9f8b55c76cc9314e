// Many clients at the same moment: a few threads with several connections each, all released from one latch.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "support/clients/http_client.hpp"

namespace frontrow::test {

// Runs work(0) … work(count − 1), each on its own thread, from one latch. Rethrows the first exception.
void all_at_once(int count, const std::function<void(int)>& work);

class Crowd {
 public:
  explicit Crowd(std::uint16_t port) : port_(port) {}

  // One connection for each request. All requests are sent before any answer is awaited. Answers come in the order of
  // the requests.
  std::vector<HttpResponse> send(const std::vector<HttpRequest>& requests);
  // The same, and what is answered 429 is asked again, until something else is the answer.
  std::vector<HttpResponse> insist(const std::vector<HttpRequest>& requests);

 private:
  const std::uint16_t port_;
  std::vector<HttpClient> clients_;
};

// The number of answers with this status.
int count_status(const std::vector<HttpResponse>& responses, int status);
int count_code(const std::vector<HttpResponse>& responses, std::string_view code);

}  // namespace frontrow::test

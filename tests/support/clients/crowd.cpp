#include "support/clients/crowd.hpp"

#include <algorithm>
#include <exception>
#include <latch>
#include <mutex>
#include <thread>

namespace frontrow::test {

namespace {
constexpr std::size_t kThreads = 64;  // more would only measure the scheduler
}

void all_at_once(int count, const std::function<void(int)>& work) {
  std::latch start(count);
  std::mutex mutex;
  std::exception_ptr first;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i)
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        try {
          work(i);
        } catch (...) {
          const std::lock_guard lock(mutex);
          if (!first) first = std::current_exception();
        }
      });
  }
  if (first) std::rethrow_exception(first);
}

std::vector<HttpResponse> Crowd::send(const std::vector<HttpRequest>& requests) {
  while (clients_.size() < requests.size()) clients_.emplace_back(port_);
  for (std::size_t i = 0; i < requests.size(); ++i) clients_[i].connect();
  std::vector<HttpResponse> responses(requests.size());
  const std::size_t threads = std::min(kThreads, requests.size());
  all_at_once(static_cast<int>(threads), [&](int thread) {
    const auto first = static_cast<std::size_t>(thread);
    for (std::size_t i = first; i < requests.size(); i += threads) clients_[i].start(requests[i]);
    for (std::size_t i = first; i < requests.size(); i += threads) responses[i] = clients_[i].finish();
  });
  return responses;
}

int count_status(const std::vector<HttpResponse>& responses, int status) {
  return static_cast<int>(std::ranges::count(responses, status, &HttpResponse::status));
}

int count_code(const std::vector<HttpResponse>& responses, std::string_view code) {
  return static_cast<int>(std::ranges::count_if(responses, [&](const HttpResponse& response) { return response.code() == code; }));
}

}  // namespace frontrow::test

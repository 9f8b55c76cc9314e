#include "support/clients/crowd.hpp"

#include <algorithm>
#include <exception>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "support/wait.hpp"

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

std::vector<HttpResponse> Crowd::insist(const std::vector<HttpRequest>& requests) {
  static constexpr int kTooMany = 429;
  auto answers = send(requests);
  const bool is_done = eventually([&] {
    std::vector<std::size_t> refused;
    std::vector<HttpRequest> again;
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (answers[i].status == kTooMany) refused.push_back(i), again.push_back(requests[i]);
    if (again.empty()) return true;
    auto later = send(again);
    for (std::size_t i = 0; i < refused.size(); ++i) answers[refused[i]] = std::move(later[i]);
    return std::ranges::none_of(answers, [](const HttpResponse& answer) { return answer.status == kTooMany; });
  });
  if (!is_done) throw std::runtime_error("a request was refused again and again");
  return answers;
}

int count_status(const std::vector<HttpResponse>& responses, int status) {
  return static_cast<int>(std::ranges::count(responses, status, &HttpResponse::status));
}

int count_code(const std::vector<HttpResponse>& responses, std::string_view code) {
  return static_cast<int>(std::ranges::count_if(responses, [&](const HttpResponse& response) { return response.code() == code; }));
}

}  // namespace frontrow::test

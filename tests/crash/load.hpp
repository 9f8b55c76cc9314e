// Several buyers at once. Each plays one story after another, until stopped or until the server is gone.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "crash/story.hpp"

namespace frontrow::test {

// One concert to buy from, and one to wait for.
Scene make_scene(HttpClient& http, const std::string& admin_token);

class Load {
 public:
  Load(const Scene& scene, std::uint16_t port, std::int64_t first_user, std::uint32_t seed);
  ~Load() { stop(); }

  void stop();  // stops and waits; when the server is gone it only waits
  int answered() const { return tally_.answered; }
  int refused() const { return tally_.refused; }  // answers with 503
  int unknown() const { return tally_.unknown; }  // the part of them with OUTCOME_UNKNOWN
  // Waits for so many more answers or refusals. False if they do not come.
  bool wait_for_answers(int more) const;
  bool wait_for_refusals(int more) const;

  // After stop(), against a healthy server: finishes the pending requests, then compares.
  std::vector<std::string> find_losses(std::uint16_t port);
  void expect_nothing_lost(std::uint16_t port);

 private:
  void live(int worker, std::uint16_t port);

  const Scene& scene_;
  const std::int64_t first_user_;
  const std::uint32_t seed_;
  std::atomic<bool> is_stopping_{false};
  Tally tally_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Story>> stories_;  // protected by mutex_
  std::vector<std::jthread> workers_;            // declared last: they use the rest
};

}  // namespace frontrow::test

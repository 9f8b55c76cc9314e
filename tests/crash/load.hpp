// Several buyers at once, each living one story after another until told to stop or the server is gone.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "crash/story.hpp"

namespace frontrow::test {

// A concert to buy from and one to wait for.
Scene make_scene(HttpClient& http, const std::string& admin_token);

class Load {
 public:
  Load(const Scene& scene, std::uint16_t port, std::int64_t first_user, std::uint32_t seed);
  ~Load() { stop(); }

  void stop();  // tells them to, and waits; called when the server is gone, it only waits
  int answered() const { return tally_.answered; }
  int refused() const { return tally_.refused; }  // with 503
  int unknown() const { return tally_.unknown; }  // those of them that said OUTCOME_UNKNOWN
  // Waits until so many more requests have been answered, or refused. False when that does not happen.
  bool wait_for_answers(int more) const;
  bool wait_for_refusals(int more) const;

  // After stop(), against a server that is well: finishes what was pending, then compares.
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
  std::vector<std::jthread> workers_;            // last: they use the rest
};

}  // namespace frontrow::test

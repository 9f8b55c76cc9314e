// What one buyer does from joining to paying, remembering every answer. A request whose answer never came is kept and asked again
// with the same key; afterwards the server must know of everything it ever answered, and of nothing twice.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/sale_client.hpp"

namespace frontrow::test {

struct Scene {
  NewConcert on_sale;  // people walk in
  int seats = 0;
  NewConcert queued;  // nobody does
};

// Of all stories of a load.
struct Tally {
  std::atomic<int> answered{0};
  std::atomic<int> refused{0};  // with 503
  std::atomic<int> unknown{0};  // those of them that said OUTCOME_UNKNOWN
};

class Story {
 public:
  Story(const Scene& scene, Tally& tally, std::int64_t user, std::uint32_t seed);

  // One more step. False at the end of the story. Throws ConnectionLost when the server goes away in the middle of it, and returns
  // with the step unfinished when `stop` is set while the server refuses with 503.
  bool go_on(HttpClient& http, const std::atomic<bool>& stop);
  // Asks again what was not answered.
  void settle(HttpClient& http);
  // Everything answered is there. Each sentence returned is something lost or made twice.
  std::vector<std::string> find_losses(HttpClient& http);

 private:
  enum class Step { join, charge, hold, pay, cancel, queue_up, poll };
  struct Held {
    std::int64_t reservation = 0;
    std::int64_t amount = 0;
    std::int64_t payment = 0;
    bool is_cancelled = false;
  };
  struct Asked {
    Step step;
    HttpRequest request;
    std::int64_t amount = 0;  // of a charge
    std::size_t held = 0;     // which, of a payment or a cancel
  };

  std::optional<Asked> next();
  std::string new_key();
  void take(const Asked& asked, const HttpResponse& answer);
  void lose(const Asked& asked, const HttpResponse& answer);
  std::int64_t expected_balance() const;

  const Scene& scene_;
  Tally& tally_;
  const std::int64_t user_;
  std::mt19937 random_;
  std::vector<Step> script_;
  std::size_t at_ = 0;
  int keys_ = 0;
  std::optional<Asked> pending_;

  std::string token_, queued_token_;
  std::int64_t charged_ = 0;
  std::vector<Held> held_;
  std::optional<std::int64_t> position_;
  std::vector<std::string> losses_;
};

}  // namespace frontrow::test

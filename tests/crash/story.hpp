// One buyer's requests from joining to paying, with every answer remembered. A request without an answer is kept and
// sent again with the same key. At the end, the server must know every answered change, and none twice.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/clients/sale_client.hpp"

namespace frontrow::test {

struct Scene {
  NewConcert on_sale;  // its queue lets people in
  int seats = 0;
  NewConcert queued;  // its queue lets nobody in
};

// For all stories of a load.
struct Tally {
  std::atomic<int> answered{0};
  std::atomic<int> refused{0};  // answers with 503
  std::atomic<int> unknown{0};  // the part of them with OUTCOME_UNKNOWN
};

class Story {
 public:
  Story(const Scene& scene, Tally& tally, std::int64_t user, std::uint32_t seed);

  // Plays one more step. False at the end of the story. Throws ConnectionLost if the server goes away. Leaves the step
  // unfinished if `stop` is set while the server refuses with 503.
  // with the step unfinished when `stop` is set while the server refuses with 503.
  bool go_on(HttpClient& http, const std::atomic<bool>& stop);
  // Sends the unanswered requests again.
  void settle(HttpClient& http);
  // Compares with the server. Each returned sentence names a change that is lost or made twice.
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
    std::int64_t amount = 0;  // for a charge
    std::size_t held = 0;     // the index of a payment's or cancellation's hold
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

// Distinct users who buy distinct seats as fast as they are answered: `hold`, `pay` (charge, hold, pay), `purchase`
// (everything from the ticket on) and `on-sale` (looks several times before, after the first time only at the changes).
// No user competes with another, so every refusal is an error of the run.
#pragma once

#include <vector>

#include "bench/stage.hpp"

namespace frontrow::bench {

class BuyScenario final : public Scenario {
 public:
  BuyScenario(Stage& stage, std::vector<Endpoint> steps, std::int64_t price);

  void on_arrival(Instant intended) override;
  void write_request(const Call& call, std::string& out) override;
  void on_answer(const Call& call, const Answer& answer) override;
  void on_due(std::uint32_t user, Instant at) override;
  bool is_over() const override { return done_ == stage_.users; }

 private:
  struct User {
    std::uint8_t step = 0;
    std::int64_t reservation = 0;
    std::int64_t version = -1;  // the version of the last seat map
  };

  void go_on(std::uint32_t user, Instant now);
  void end(Instant now);
  Venue::Seat seat_of(std::uint32_t user) const;

  Stage& stage_;
  const std::vector<Endpoint> steps_;
  const std::int64_t price_;
  std::vector<User> users_;
  std::uint32_t next_ = 0;
  std::uint32_t done_ = 0;
};

}  // namespace frontrow::bench

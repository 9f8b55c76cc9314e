// The opening of a sale with realistic people: they come, take a ticket, poll at the given interval, look, choose among
// the free seats, hold, think, charge and pay. Some lose patience, some give their seats back, some forget them, some
// pay too late. The run ends when all have left; once the concert is sold out, people still waiting go home.
#pragma once

#include <vector>

#include "bench/answer.hpp"
#include "bench/stage.hpp"

namespace frontrow::bench {

struct RushManners {
  double give_up = 0.08;                 // share of people who do not go through with it, in one of four ways
  double pay_late = 0.02;                // share of people who pay after the hold is over
  std::chrono::milliseconds think{500};  // pause between two steps, on average
};

class RushScenario final : public Scenario {
 public:
  RushScenario(Stage& stage, const RushManners& manners);

  void on_begin(Instant now) override;
  void on_arrival(Instant intended) override;
  void write_request(const Call& call, std::string& out) override;
  void on_answer(const Call& call, const Answer& answer) override;
  void on_due(std::uint32_t user, Instant at) override;
  bool is_over() const override { return left_ == 0; }

 private:
  enum class Fate : std::uint8_t { buys, walks_off, leaves, gives_back, forgets, pays_late };
  struct User {
    Fate fate{};
    Endpoint next = Endpoint::join;  // the request after the pause
    bool is_gone = false;
    std::uint8_t failures = 0;  // errors in a row
    std::uint8_t misses = 0;    // times that another person was faster
    std::uint8_t polls = 0;
    std::uint32_t schedule = 0;  // index
    std::int64_t reservation = 0;
    std::int64_t amount = 0;
    std::vector<std::int64_t> wanted;
  };

  Fate draw_fate();
  Instant after_thinking(Instant now);
  void later(std::uint32_t user, Endpoint next, Instant at);
  void failed(const Call& call, Instant now);
  void on_ticket(std::uint32_t user, const TicketAnswer& ticket, Instant now);
  void on_seats(std::uint32_t user, std::string_view body, Instant now);
  void on_schedules(std::uint32_t user, std::string_view body, Instant now);
  void on_hold(std::uint32_t user, const Answer& answer, Instant now);
  void missed(std::uint32_t user, Instant now);
  void leave(std::uint32_t user, Instant now);
  void gone(std::uint32_t user, Instant now);

  Stage& stage_;
  const RushManners manners_;
  std::vector<User> users_;
  std::vector<std::int64_t> free_;  // free seats of the present map
  std::uint32_t next_ = 0;
  std::uint32_t left_;
};

}  // namespace frontrow::bench

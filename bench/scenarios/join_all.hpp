// All users take a ticket: the scenario `join`, and the preparation of others.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "bench/answer.hpp"
#include "bench/stage.hpp"

namespace frontrow::bench {

class JoinAll final : public Scenario {
 public:
  // The first `kept` of the stage's users keep their tickets, and poll until they are let in if `until_inside` is set.
  // A further `extra` users only wait.
  JoinAll(Stage& stage, std::uint32_t kept, std::uint32_t extra, bool until_inside)
      : stage_(stage), kept_(kept), count_(kept + extra), until_inside_(until_inside) {
    stage_.tokens.resize(kept);
    poll_after_.resize(kept);
  }

  void on_arrival(Instant intended) override {
    if (next_ < count_) stage_.engine.call(next_++, Endpoint::join, intended);
  }
  void write_request(const Call& call, std::string& out) override {
    call.endpoint == Endpoint::join ? stage_.write_join(out, call.user) : stage_.write_poll(out, call.user);
  }
  void on_answer(const Call& call, const Answer& answer) override {
    const Instant now = steady_now();
    // A full commit queue refuses for the moment.
    if (answer.outcome != kOk && ++retries_ < 10'000) return stage_.engine.at(now + std::chrono::milliseconds{50}, call.user);
    if (answer.outcome == kOk && call.user < kept_) {
      if (const auto ticket = read_ticket(answer.body)) {
        stage_.tokens[call.user] = ticket->token;
        poll_after_[call.user] = ticket->poll_after;
        if (until_inside_ && ticket->state == TicketState::waiting) return stage_.engine.at(now + ticket->poll_after, call.user);
      }
    }
    joined_ += answer.outcome == kOk ? 1 : 0;
    ++done_;
    stage_.engine.journey_over(now);
  }
  void on_due(std::uint32_t user, Instant at) override {
    const bool has_ticket = user < kept_ && !stage_.tokens[user].empty();
    stage_.engine.call(user, has_ticket ? Endpoint::poll : Endpoint::join, at);
  }
  bool is_over() const override { return done_ == count_; }

  bool is_complete() const { return joined_ == count_; }
  std::vector<std::chrono::milliseconds> take_poll_after() { return std::move(poll_after_); }

 private:
  Stage& stage_;
  const std::uint32_t kept_;
  const std::uint32_t count_;
  const bool until_inside_;
  std::uint32_t next_ = 0;
  std::uint32_t done_ = 0;
  std::uint32_t joined_ = 0;
  std::uint32_t retries_ = 0;
  std::vector<std::chrono::milliseconds> poll_after_;
};

}  // namespace frontrow::bench

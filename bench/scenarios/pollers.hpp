// People in the queue who poll exactly at the given interval and leave when they are let in, so that the queue moves.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "bench/answer.hpp"
#include "bench/stage.hpp"

namespace frontrow::bench {

class PollScenario final : public Scenario {
 public:
  PollScenario(Stage& stage, std::vector<std::chrono::milliseconds> poll_after)
      : stage_(stage), poll_after_(std::move(poll_after)) {}

  // They joined some time ago, so each is at a random point of its pause.
  void on_begin(Instant now) override {
    waiting_ = stage_.users;
    stage_.engine.tally().users_left = waiting_;
    for (std::uint32_t user = 0; user < stage_.users; ++user) {
      const auto pause = std::chrono::duration_cast<std::chrono::nanoseconds>(poll_after_[user]);
      stage_.engine.at(
          now + std::chrono::nanoseconds{static_cast<std::int64_t>(static_cast<double>(pause.count()) * stage_.random.unit())},
          user);
    }
  }
  void on_arrival(Instant) override {}
  void on_due(std::uint32_t user, Instant at) override { stage_.engine.call(user, Endpoint::poll, at); }
  void write_request(const Call& call, std::string& out) override {
    if (call.endpoint == Endpoint::leave) return stage_.write_leave(out, call.user);
    stage_.write_poll(out, call.user);
  }
  void on_answer(const Call& call, const Answer& answer) override {
    if (call.endpoint == Endpoint::leave) return;
    const Instant now = steady_now();
    const auto ticket = answer.outcome == kOk ? read_ticket(answer.body) : std::nullopt;
    if (!ticket || ticket->state == TicketState::waiting)
      return stage_.engine.at(now + (ticket ? ticket->poll_after : std::chrono::milliseconds{1000}), call.user);
    --waiting_;
    stage_.engine.tally().users_left = waiting_;
    stage_.engine.journey_over(now);
    if (ticket->state == TicketState::active) stage_.engine.call(call.user, Endpoint::leave, now);
  }
  bool is_over() const override { return waiting_ == 0; }

 private:
  Stage& stage_;
  const std::vector<std::chrono::milliseconds> poll_after_;
  std::uint32_t waiting_ = 1;
};

}  // namespace frontrow::bench

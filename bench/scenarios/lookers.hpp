// Scenarios with one request a journey, users taking turns: reading the seat map, and all users wanting the same few
// seats.
#pragma once

#include "base/clock.hpp"
#include "bench/stage.hpp"

namespace frontrow::bench {

class SeatsScenario final : public Scenario {
 public:
  explicit SeatsScenario(Stage& stage) : stage_(stage) {}

  void on_arrival(Instant intended) override {
    stage_.engine.call(next_, Endpoint::seats, intended);
    next_ = next_ + 1 == stage_.users ? 0 : next_ + 1;
  }
  void write_request(const Call& call, std::string& out) override {
    const auto& schedules = stage_.venue.schedules;
    stage_.write_seats(out, call.user, schedules[call.user % schedules.size()].id);
  }
  void on_answer(const Call&, const Answer&) override { stage_.engine.journey_over(steady_now()); }
  bool is_over() const override { return false; }

 private:
  Stage& stage_;
  std::uint32_t next_ = 0;
};

class HotSeatScenario final : public Scenario {
 public:
  explicit HotSeatScenario(Stage& stage) : stage_(stage) {}

  void on_arrival(Instant intended) override {
    stage_.engine.call(next_, Endpoint::hold, intended);
    next_ = next_ + 1 == stage_.users ? 0 : next_ + 1;
  }
  void write_request(const Call& call, std::string& out) override {
    const auto wanted = static_cast<std::int64_t>(stage_.random.below(static_cast<std::uint64_t>(stage_.venue.seats())));
    const Venue::Seat seat = stage_.venue.seat_at(wanted);
    stage_.write_hold(out, call.user, seat.schedule, {seat.seat});
  }
  void on_answer(const Call& call, const Answer& answer) override {
    stage_.tell_hold(call.user, answer);
    stage_.engine.journey_over(steady_now());
  }
  bool is_over() const override { return false; }

 private:
  Stage& stage_;
  std::uint32_t next_ = 0;
};

}  // namespace frontrow::bench

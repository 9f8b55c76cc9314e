// The store on a machine: it knows when a transaction has really been committed, and its power can fail around one.
#pragma once

#include <functional>
#include <utility>

#include "ports/store.hpp"

namespace frontrow::sim {

// Thrown in the middle of a batch when the power fails. The process catches it and goes on, but it reaches nothing any
// more: its disk is off, its answers are not delivered, and the simulation ends it after the batch.
struct Crash {};

enum class PowerCut : std::uint8_t { none, before_commit, after_commit };

class Disk final : public Store {
 public:
  // `on_durable` gets every committed transaction before anything else does.
  Disk(Store& inner, std::function<void(const WorkingSet&)> on_durable) : inner_(inner), on_durable_(std::move(on_durable)) {}

  void cut_power(PowerCut when) { power_cut_ = when; }  // around the next transaction
  bool is_off() const { return is_off_; }
  void require_power() const {
    if (is_off_) throw Crash{};
  }
  void fail_loads(int count) { failing_loads_ = count; }

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override {
    require_power();
    const PowerCut cut = std::exchange(power_cut_, PowerCut::none);
    std::vector<Command*> commands(batch.begin(), batch.end());
    Switch power_switch{*this};
    if (cut == PowerCut::before_commit) commands.push_back(&power_switch);
    inner_.execute(commands, set, again);
    on_durable_(set);
    if (cut == PowerCut::after_commit) turn_off();
  }
  void load(const LoadVisitor& visitor) override {
    require_power();
    if (failing_loads_ > 0) {
      --failing_loads_;
      throw Unavailable{"store", "load failed on purpose"};
    }
    inner_.load(visitor);
  }
  EventId last_event() override { return inner_.last_event(); }
  std::unique_ptr<StoreReader> open_reader() override { return inner_.open_reader(); }
  Forgotten forget(const KeptSince& since, int limit) override { return inner_.forget(since, limit); }
  void tend() override { inner_.tend(); }

 private:
  // The last command of a batch: all others have decided when the power fails.
  struct Switch final : Command {
    explicit Switch(Disk& disk) : disk(disk) {}
    void declare(Keys&) const override {}
    Verdict decide(WorkingSet&) override { disk.turn_off(); }
    void complete(CommitStatus) override {}
    Disk& disk;
  };

  [[noreturn]] void turn_off() {
    is_off_ = true;
    throw Crash{};
  }

  Store& inner_;
  const std::function<void(const WorkingSet&)> on_durable_;
  PowerCut power_cut_ = PowerCut::none;
  int failing_loads_ = 0;
  bool is_off_ = false;
};

}  // namespace frontrow::sim

// A store whose next batch fails in a chosen way. It knows only the port, so it can stand in front of any store.
#pragma once

#include <utility>

#include "ports/store.hpp"

namespace frontrow {

enum class StoreFault {
  none,
  refused,      // before the batch began: nothing has changed, and the error says so
  rolled_back,  // after the decisions, before the commit: nothing has changed, and the error says so
  lost_batch,   // nothing has changed, but the outcome is unknown to the caller
  lost_reply,   // committed, but the outcome is unknown to the caller
};

class FaultyStore final : public Store {
 public:
  explicit FaultyStore(Store& inner) : inner_(inner) {}
  void fail_next(StoreFault fault) { fault_ = fault; }

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override {
    const StoreFault fault = std::exchange(fault_, StoreFault::none);
    if (fault == StoreFault::refused) throw Unavailable{"store", "refused by the test"};
    if (fault == StoreFault::none || fault == StoreFault::lost_reply) inner_.execute(batch, set, again);
    if (fault == StoreFault::none) return;
    if (fault != StoreFault::lost_reply) break_off(batch, set, again);
    throw Unavailable{"store", "lost by the test", fault == StoreFault::lost_batch || fault == StoreFault::lost_reply};
  }
  void load(const LoadVisitor& visitor) override { inner_.load(visitor); }
  EventId last_event() override { return inner_.last_event(); }
  std::unique_ptr<StoreReader> open_reader() override { return inner_.open_reader(); }
  Forgotten forget(const KeptSince& since, int limit) override { return inner_.forget(since, limit); }
  void tend() override { inner_.tend(); }

 private:
  struct Breach {};
  struct Breaker final : Command {
    void declare(Keys&) const override {}
    Verdict decide(WorkingSet&) override { throw Breach{}; }
    void complete(CommitStatus) override {}
  };

  // Lets every command decide, then rolls back.
  void break_off(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) {
    Breaker breaker;
    std::vector<Command*> broken(batch.begin(), batch.end());
    broken.push_back(&breaker);
    try {
      inner_.execute(broken, set, again);
    } catch (const Breach&) {
    }
  }

  Store& inner_;
  StoreFault fault_ = StoreFault::none;
};

}  // namespace frontrow

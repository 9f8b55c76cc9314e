// A store that keeps nothing and follows the test's script: it gives every command an empty set, and fails on command.
// It tests the code around a store, never a store.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ports/store.hpp"

namespace frontrow {

class ScriptedStore : public Store {
 public:
  explicit ScriptedStore(const Clock& clock) : clock_(clock) {}

  // Called before each batch is decided; may throw.
  std::function<void(std::span<Command* const>)> on_execute = [](std::span<Command* const>) {};
  std::function<void()> on_tend = [] {};
  std::function<void(const LoadVisitor&)> on_load = [](const LoadVisitor&) {};
  std::function<std::unique_ptr<StoreReader>()> on_open_reader = [] { return nullptr; };
  std::vector<std::size_t> batches;  // their sizes, failed ones included

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override {
    batches.push_back(batch.size());
    on_execute(batch);
    set.now = clock_.now();
    for (Command* command : batch)
      if (command->decide(set) == Verdict::again) again.push_back(command);
  }
  void load(const LoadVisitor& visitor) override { on_load(visitor); }
  EventId last_event() override { return {}; }
  std::unique_ptr<StoreReader> open_reader() override { return on_open_reader(); }
  Forgotten forget(const KeptSince&, int) override { return {}; }
  void tend() override { on_tend(); }

 private:
  const Clock& clock_;
};

}  // namespace frontrow

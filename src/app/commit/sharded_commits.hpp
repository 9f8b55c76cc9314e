// Several writers, each with a commit queue: a command goes to the one its shard names. That is for speed alone; what two writers
// do to the same rows, the store orders.
#pragma once

#include <algorithm>
#include <vector>

#include "app/commit/commit_queue.hpp"

namespace frontrow {

class ShardedCommits final : public Commits {
 public:
  // Before anything is submitted. The queue outlives this.
  void add(CommitQueue& queue) { queues_.push_back(&queue); }

  void submit(std::unique_ptr<Command> command, CommandClass command_class) override {
    CommitQueue& queue = *queues_[command->shard() % queues_.size()];
    queue.submit(std::move(command), command_class);
  }
  bool is_full_for(CommandClass command_class) const override {
    return std::ranges::any_of(queues_, [=](const CommitQueue* queue) { return queue->is_full_for(command_class); });
  }
  bool store_is_up() const override {
    return std::ranges::all_of(queues_, [](const CommitQueue* queue) { return queue->store_is_up(); });
  }

 private:
  std::vector<CommitQueue*> queues_;
};

}  // namespace frontrow

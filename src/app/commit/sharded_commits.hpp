// Several writers, each with a commit queue: a command goes to the queue that its shard names. That is for speed alone;
// if two writers change the same rows, the store orders them.
#pragma once

#include <algorithm>
#include <vector>

#include "app/commit/commit_queue.hpp"

namespace frontrow {

class ShardedCommits final : public Commits {
 public:
  // To be called before anything is submitted. The queue must outlive this.
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

// Plain reads of the store, on a few threads with a connection each, so that no HTTP thread waits for a disk. Bounded:
// with too many reads waiting, the next one is refused at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "domain/error.hpp"
#include "ports/store.hpp"

namespace frontrow {

class Readers {
 public:
  Readers(Store& store, int threads, std::size_t capacity);
  ~Readers();

  // Runs `query` on a reader's thread and passes its result to `done`, on the same thread; STORE_UNAVAILABLE if it
  // threw anything. If there is no room, returns false and runs neither.
  template <class Query, class Done>
  [[nodiscard]] bool ask(Query query, Done done) {
    using Answer = std::invoke_result_t<Query&, StoreReader&>;
    return submit([query = std::move(query), done = std::move(done)](StoreReader& reader) mutable {
      Result<Answer> answer = std::unexpected(Refusal{});
      try {
        answer = query(reader);
      } catch (...) {
        answer = std::unexpected(refusal_of_failure());
      }
      done(std::move(answer));
    });
  }

  // Reads that no thread has begun yet.
  std::size_t waiting();

 private:
  using Task = std::move_only_function<void(StoreReader&)>;
  bool submit(Task task);
  void serve(StoreReader& reader);
  static Refusal refusal_of_failure();  // within a catch block

  const std::size_t capacity_;
  Mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Task> tasks_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<StoreReader>> connections_;
  std::vector<std::jthread> threads_;  // declared last: they use all of the above
};

}  // namespace frontrow

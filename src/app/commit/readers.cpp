#include "app/commit/readers.hpp"

#include "base/boundary.hpp"
#include "base/log.hpp"

namespace frontrow {

Readers::Readers(Store& store, int threads, std::size_t capacity) : capacity_(capacity) {
  for (int i = 0; i < threads; ++i) connections_.push_back(store.open_reader());
  for (auto& connection : connections_) threads_.emplace_back([this, &connection] { serve(*connection); });
}

Readers::~Readers() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
}

bool Readers::submit(Task task) {
  {
    const MutexLock lock(mutex_);
    if (stopping_ || tasks_.size() >= capacity_) return false;
    tasks_.push_back(std::move(task));
  }
  arrived_.notify_one();
  return true;
}

std::size_t Readers::waiting() {
  const MutexLock lock(mutex_);
  return tasks_.size();
}

// Every accepted task runs, also while stopping: a client waits for each.
void Readers::serve(StoreReader& reader) {
  MutexLock lock(mutex_);
  while (true) {
    arrived_.wait(lock, [&]() REQUIRES(mutex_) { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    contained("answer of a read", [&] { task(reader); });
    task = nullptr;
    lock.lock();
  }
}

Refusal Readers::refusal_of_failure() {
  Refusal refusal{.code = ErrorCode::store_unavailable, .retry_after = std::chrono::seconds{1}};
  try {
    throw;
  } catch (const Unavailable& lost) {
    log_warn("read failed", {{"reason", lost.what()}});
    if (lost.component == kStoreSchema)
      refusal.detail = "This server is of another release than the database: a server of the database's release can answer.";
  } catch (...) {
    note_exception("read");
  }
  return refusal;
}

}  // namespace frontrow

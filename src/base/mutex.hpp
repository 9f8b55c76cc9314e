// A mutex whose use clang checks (-Wthread-safety, in the sanitizers' builds): a member that is GUARDED_BY(mutex_) is used under
// that lock only, a function that REQUIRES(mutex_) is called under it only. For g++ the words mean nothing.
//
// A condition is a std::condition_variable_any, which waits on a MutexLock. What it waits for is a function of its own for the
// compiler, so it says so, too: `changed_.wait(lock, [this]() REQUIRES(mutex_) { return is_done_; })`.
#pragma once

#include <mutex>

#ifdef __clang__
#define FRONTROW_CHECKED(attribute) __attribute__((attribute))
#else
#define FRONTROW_CHECKED(attribute)
#endif

#define GUARDED_BY(mutex) FRONTROW_CHECKED(guarded_by(mutex))
#define REQUIRES(mutex) FRONTROW_CHECKED(requires_capability(mutex))

namespace frontrow {

class FRONTROW_CHECKED(capability("mutex")) Mutex {
 private:
  friend class MutexLock;
  std::mutex mutex_;
};

// Locked as long as it lives, but for what is between unlock() and lock().
class FRONTROW_CHECKED(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) FRONTROW_CHECKED(acquire_capability(mutex)) : lock_(mutex.mutex_) {}
  ~MutexLock() FRONTROW_CHECKED(release_capability()) {}
  MutexLock(const MutexLock&) = delete;

  void lock() FRONTROW_CHECKED(acquire_capability()) { lock_.lock(); }
  void unlock() FRONTROW_CHECKED(release_capability()) { lock_.unlock(); }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace frontrow

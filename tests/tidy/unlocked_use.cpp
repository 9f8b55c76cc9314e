// Does not compile with -Wthread-safety: a guarded member is used without its lock (base/mutex.hpp).
#include "base/mutex.hpp"

namespace frontrow {

class Counter {
 public:
  void count() { ++count_; }

 private:
  Mutex mutex_;
  int count_ GUARDED_BY(mutex_) = 0;
};

}  // namespace frontrow

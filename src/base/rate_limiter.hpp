// How often each of very many keys may do something, in fixed memory.
//
// The algorithm is GCRA (ITU-T I.371): a key's one number is the time at which all that it has taken will be paid back.
// Keys share a table of sets. A key that finds its set full takes the place of the one that owes least, which then counts
// as one that owes nothing: a flood of keys can make the table forget, but never refuses a key for another key's sake.
// Thread safe. A key that has a place already is counted without a lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/key_hash.hpp"
#include "base/mutex.hpp"

namespace frontrow {

// `count` in each `per`, and `burst` at once.
struct Rate {
  std::int64_t count = 0;  // 0: no limit
  std::chrono::seconds per{1};
  std::int64_t burst = 1;

  bool is_limited() const { return count > 0; }
  bool operator==(const Rate&) const = default;
};

class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The memory is 16 bytes for each of `entries`, rounded up to a power of two.
  explicit RateLimiter(std::size_t entries);

  // Takes `cost` and returns zero, or takes nothing and returns the time after which this cost is there. A cost above the
  // burst counts as the burst.
  std::chrono::nanoseconds take(const LimitKey& key, const Rate& rate, Time now, std::int64_t cost = 1);
  // Takes `cost` in any case, for what has happened already. A key's debt has a bound: a burst, and what comes back in one `per`.
  void charge(const LimitKey& key, const Rate& rate, Time now, std::int64_t cost);

 private:
  static constexpr std::size_t kWays = 8;  // entries of a set
  static constexpr std::size_t kLocks = 64;
  // A reader takes a number for its key's if the key has had the place before and after it read the number. A place is given
  // to a new key under the lock: first it is no key's, then it has the new number, then it is the new key's.
  struct Set {
    alignas(64) std::array<std::atomic<std::uint64_t>, kWays> tags{};  // 0: free
    std::array<std::atomic<std::int64_t>, kWays> paid_back_at{};       // nanoseconds of the steady clock
  };

  // Stores next(number) as the key's number.
  template <class Next>
  void change(const LimitKey& key, Next next);
  template <class Next>
  static bool change_known(Set& set, std::uint64_t tag, Next& next);
  static void add(Set& set, std::uint64_t tag, std::int64_t paid_back_at);

  const KeyHash hash_;
  std::vector<Set> sets_;
  std::array<Mutex, kLocks> new_keys_;
};

}  // namespace frontrow

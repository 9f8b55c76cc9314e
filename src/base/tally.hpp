// How many of something each key has right now, in fixed memory: connections of an address, commands of a user.
//
// What is counted holds a Hold, and counts until that is destroyed, which may be after the Tally: a request can wait in a
// queue that ends later than the limits. A key whose place in the table is taken by others is
// not counted and not refused: the table is meant to be larger than all that can exist at once. Thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/key_hash.hpp"
#include "base/mutex.hpp"

namespace frontrow {

class Tally {
  struct Shard;

 public:
  // The memory is 16 bytes for each of `entries`, rounded up to a power of two.
  explicit Tally(std::size_t entries);

  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept = default;  // leaves `other` without a count
    Hold& operator=(Hold&& other) noexcept {
      Hold taken(std::move(other));
      std::swap(in_, taken.in_);
      std::swap(tag_, taken.tag_);
      return *this;
    }
    ~Hold() {
      if (in_ != nullptr) release(*in_, tag_);
    }

   private:
    friend class Tally;
    Hold(std::shared_ptr<Shard> in, std::uint64_t tag) : in_(std::move(in)), tag_(tag) {}
    std::shared_ptr<Shard> in_;
    std::uint64_t tag_ = 0;
  };

  // Nothing if the key has `most` already. `before`: how many it had.
  std::optional<Hold> add(const LimitKey& key, std::uint32_t most, std::uint32_t* before = nullptr);
  std::uint32_t count(const LimitKey& key) const;

 private:
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kShards = 64;
  struct Entry {
    std::uint64_t tag = 0;
    std::uint32_t count = 0;  // 0: free
  };
  struct Shard {
    Mutex mutex;
    std::vector<std::array<Entry, kWays>> sets GUARDED_BY(mutex);
  };
  const std::shared_ptr<Shard>& shard_of(std::uint64_t tag) const { return shards_[tag % kShards]; }
  static std::array<Entry, kWays>& set_of(Shard& shard, std::uint64_t tag) REQUIRES(shard.mutex);
  static void release(Shard& shard, std::uint64_t tag);

  const KeyHash hash_;
  std::vector<std::shared_ptr<Shard>> shards_;
};

}  // namespace frontrow

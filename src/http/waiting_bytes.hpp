// The bytes of answers that wait for clients to read them, and their bound over all connections of a server.
//
// Each answer's own bytes count. A shared rendering counts once, and only while no cache holds it: then slow readers alone
// keep it in memory. The exact count walks the renderings, so it is made only when a cheap upper bound passes the limit.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "base/mutex.hpp"
#include "http/response.hpp"

namespace frontrow::http {

class WaitingBytes {
 public:
  explicit WaitingBytes(std::size_t most) : most_(most) {}

  // The bytes of one waiting answer, as long as it lives.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept { swap(other); }
    Share& operator=(Share&& other) noexcept {
      Share(std::move(other)).swap(*this);
      return *this;
    }
    ~Share();
    bool is_empty() const { return of_ == nullptr; }

   private:
    friend class WaitingBytes;
    void swap(Share& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(own_, other.own_);
      std::swap(parts_, other.parts_);
    }
    WaitingBytes* of_ = nullptr;
    std::size_t own_ = 0;
    const void* parts_ = nullptr;
  };

  // `own`: bytes that this answer alone has. `parts` may be null.
  Share add(std::size_t own, const SharedParts& parts);
  // True if more than the limit waits. Thread safe, like add().
  bool is_over();
  // An upper bound, for metrics.
  std::size_t at_most() const { return own_.load(std::memory_order_relaxed) + shared_.load(std::memory_order_relaxed); }

 private:
  struct Rendering {
    SharedParts parts;
    std::size_t bytes = 0;
    long readers = 0;
  };
  void remove(Share& share);
  std::size_t only_for_readers() const REQUIRES(mutex_);

  const std::size_t most_;
  std::atomic<std::size_t> own_{0};
  std::atomic<std::size_t> shared_{0};  // of all renderings that are read, whether a cache holds them or not
  Mutex mutex_;
  std::unordered_map<const void*, Rendering> renderings_ GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point counted_at_ GUARDED_BY(mutex_){};
  std::size_t counted_ GUARDED_BY(mutex_) = 0;
};

}  // namespace frontrow::http

// The sale learns of the outside world only here and in clock.hpp: here, random numbers.
//
// Jitter and sampling take a `Random`, so that the simulator can pass in a seeded one and replay. Keys and unguessable
// ids come from `fill_secret`, never from a `Random`, whose next numbers can be computed from earlier ones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace frontrow {

class Random {
 public:
  virtual ~Random() = default;
  // 64 random bits. Not thread safe: use one instance for each thread.
  virtual std::uint64_t next() = 0;

  // 0 … n−1, each equally likely; n ≥ 1.
  std::uint64_t below(std::uint64_t n);
  // At least 0, less than 1.
  double unit();
};

// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018). Splitmix64 spreads the
// seed over its state, as the authors advise. The same seed gives the same numbers on every machine.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  std::uint64_t next() final;

 private:
  std::array<std::uint64_t, 4> state_;
};

// Seeded by the kernel: different in every instance.
class SystemRandom final : public SeededRandom {
 public:
  SystemRandom();
};

// Fills `out` with bytes fit for keys, from the kernel. Thread safe.
void fill_secret(std::span<std::byte> out);

}  // namespace frontrow

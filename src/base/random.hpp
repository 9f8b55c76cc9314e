// The only place, with clock.hpp, through which the sale learns what it did not decide: here, dice.
//
// Jitter and sampling take a `Random`, so that a simulator can hand in a seeded one and replay. Keys and ids that nobody may guess
// come from `fill_secret` and never from a `Random`, whose future follows from its past.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace frontrow {

class Random {
 public:
  virtual ~Random() = default;
  // 64 even bits. Not thread safe: one instance a thread.
  virtual std::uint64_t next() = 0;

  // 0 … n−1, each equally likely; n ≥ 1.
  std::uint64_t below(std::uint64_t n);
  // At least 0, less than 1.
  double unit();
};

// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), its state spread from the seed by
// splitmix64 as its authors advise. The same seed gives the same dice on every machine.
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

#include "base/random.hpp"

#include <sys/random.h>

#include <bit>
#include <cerrno>

#include "base/check.hpp"

namespace frontrow {

namespace {

std::uint64_t kernel_seed() {
  std::array<std::byte, sizeof(std::uint64_t)> bytes;
  fill_secret(bytes);
  return std::bit_cast<std::uint64_t>(bytes);
}

}  // namespace

std::uint64_t Random::below(std::uint64_t n) {
  CHECK(n >= 1);
  // 2^64 is rarely a multiple of n. The lowest 2^64 mod n numbers are rejected, so that every remainder is equally
  // likely.
  const std::uint64_t surplus = (0 - n) % n;
  std::uint64_t dice = next();
  while (dice < surplus) dice = next();
  return dice % n;
}

double Random::unit() {
  // A double holds 53 bits exactly.
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

SeededRandom::SeededRandom(std::uint64_t seed) : state_{} {
  for (auto& word : state_) {
    seed += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    word = mixed ^ (mixed >> 31);
  }
}

std::uint64_t SeededRandom::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

SystemRandom::SystemRandom() : SeededRandom(kernel_seed()) {}

void fill_secret(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    // Without randomness from the kernel, no ticket may be signed.
    CHECK(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace frontrow

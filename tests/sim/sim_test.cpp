// The simulation: many seeds, each a sale of its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/log.hpp"
#include "sim/simulation.hpp"

namespace frontrow::sim {
namespace {

constexpr std::int64_t kOperations = 10'000;

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The injected failures log as real ones do; that log is not part of this test.
struct Quiet {
  Quiet() { configure_log({.out = &nowhere}); }
  std::ofstream nowhere;
};
const Quiet quiet;

TEST(Simulation, KeepsEveryRule) {
  const bool is_proof = std::getenv("FRONTROW_PROVE") != nullptr;
  const std::uint64_t first = number_from_environment("FRONTROW_SIM_SEED", 1);
  const std::uint64_t count =
      std::getenv("FRONTROW_SIM_SEED") != nullptr ? 1 : number_from_environment("FRONTROW_SIM_SEEDS", is_proof ? 5'000 : 200);
  RunResult sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RunResult result = run(seed, kOperations);
    ASSERT_FALSE(result.is_broken) << result.report;
    sum.reservations += result.reservations;
    sum.paid += result.paid;
    sum.expired += result.expired;
    sum.crashes += result.crashes;
    sum.unknown += result.unknown;
  }
  std::cout << count << " seeds: " << sum.reservations << " reservations, " << sum.paid << " paid, " << sum.expired << " expired, "
            << sum.crashes << " crashes, " << sum.unknown << " unknown outcomes\n";
}

TEST(Simulation, ReplaysFromItsSeed) {
  const RunResult once = run(7, 2'000), again = run(7, 2'000);
  EXPECT_EQ(once.reservations, again.reservations);
  EXPECT_EQ(once.paid, again.paid);
  EXPECT_EQ(once.expired, again.expired);
  EXPECT_EQ(once.crashes, again.crashes);
}

}  // namespace
}  // namespace frontrow::sim

// Every planted bug must be reported within 200 seeds.
#include <gtest/gtest.h>

#include <iostream>

#include "sim/planted_bugs.hpp"
#include "sim/simulation.hpp"

namespace frontrow::sim {
namespace {

constexpr std::uint64_t kSeeds = 200;
constexpr std::int64_t kOperations = 10'000;

std::vector<PlantedBug> all_planted_bugs() {
  std::vector<PlantedBug> all = planted_bugs_in_decisions();
  for (auto bugs : {planted_bugs_in_keys_and_events(), planted_bugs_in_the_queue(), planted_bugs_in_memory()})
    all.insert(all.end(), bugs.begin(), bugs.end());
  return all;
}

class PlantedBugs : public testing::TestWithParam<PlantedBug> {};

TEST_P(PlantedBugs, AreFound) {
  std::int64_t operations = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunResult result = run(seed, kOperations, GetParam().make());
    operations += result.operations;
    if (!result.is_broken) continue;
    std::cout << GetParam().name << ": " << result.rule << ", seed " << seed << ", after " << operations << " operations\n";
    return;
  }
  FAIL() << "'" << GetParam().name << "' was not found in " << kSeeds << " seeds";
}

std::string name_of_test(const testing::TestParamInfo<PlantedBug>& info) {
  std::string name;
  bool is_first = true;
  for (const char c : info.param.name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      name += is_first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    is_first = std::isalnum(static_cast<unsigned char>(c)) == 0;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Planted, PlantedBugs, testing::ValuesIn(all_planted_bugs()), name_of_test);

}  // namespace
}  // namespace frontrow::sim

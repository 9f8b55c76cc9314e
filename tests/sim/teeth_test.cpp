// Every planted bug must be reported within 200 seeds.
#include <gtest/gtest.h>

#include <iostream>

#include "sim/simulation.hpp"
#include "sim/teeth.hpp"

namespace frontrow::sim {
namespace {

constexpr std::uint64_t kSeeds = 200;
constexpr std::int64_t kOperations = 10'000;

std::vector<Tooth> all_teeth() {
  std::vector<Tooth> all = teeth_in_decisions();
  for (auto teeth : {teeth_in_keys_and_events(), teeth_in_the_queue(), teeth_in_memory()}) all.insert(all.end(), teeth.begin(), teeth.end());
  return all;
}

class Teeth : public testing::TestWithParam<Tooth> {};

TEST_P(Teeth, AreFelt) {
  std::int64_t operations = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunResult result = run(seed, kOperations, GetParam().make());
    operations += result.operations;
    if (!result.is_broken) continue;
    std::cout << GetParam().name << ": " << result.rule << ", seed " << seed << ", after " << operations << " operations\n";
    return;
  }
  FAIL() << "'" << GetParam().name << "' went unseen in " << kSeeds << " seeds";
}

std::string name_of_test(const testing::TestParamInfo<Tooth>& info) {
  std::string name;
  bool is_first = true;
  for (const char c : info.param.name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      name += is_first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    is_first = std::isalnum(static_cast<unsigned char>(c)) == 0;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Planted, Teeth, testing::ValuesIn(all_teeth()), name_of_test);

}  // namespace
}  // namespace frontrow::sim

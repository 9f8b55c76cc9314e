// One run: a crowd, a sale with pauses, failures, crashes and kills, and an auditor that must find nothing. Everything
// in it follows from the seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/local/hmac_signer.hpp"
#include "sim/crowd.hpp"

namespace frontrow::sim {

struct RunResult {
  bool is_broken = false;
  std::int64_t operations = 0;
  std::string rule;    // the first broken rule
  std::string report;  // seed, operation, the difference, and the steps before it
  // Counts of the run, to see that it was worth its time.
  std::int64_t reservations = 0, paid = 0, expired = 0, crashes = 0, unknown = 0;
};

RunResult run(std::uint64_t seed, std::int64_t operations, const Plant& plant = {});

}  // namespace frontrow::sim

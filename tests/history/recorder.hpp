// Many clients on few seats over real HTTP, and a record of every answer with its times. Some clients do not wait for
// their answer. Several histories are made side by side, a concert each, so that holds run out within every one of
// them.
#pragma once

#include <vector>

#include "history/seat_history.hpp"
#include "support/processes/test_sale.hpp"

namespace frontrow::test {

struct RecorderOptions {
  int histories = 4;
  int ops = 1'000;  // in each history
  int clients = 12;
  int seats = 16;  // in each history
  std::uint32_t seed = 1;
};

struct History {
  std::vector<std::vector<SeatOp>> seats;
  int asked = 0;
};

// Runs a sale whose holds end before the history does. Throws if an answer breaks the contract.
Settings settings_for_histories();
std::vector<History> record_histories(TestSale& sale, const RecorderOptions& options);

}  // namespace frontrow::test

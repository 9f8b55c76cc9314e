// Bugs that the auditor must find, each planted from outside the sale.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "sim/plant.hpp"

namespace frontrow::sim {

struct PlantedBug {
  std::string_view name;
  std::function<Plant()> make;  // a new one for each seed
};

std::vector<PlantedBug> planted_bugs_in_decisions();  // mistakes in the batch's rows
std::vector<PlantedBug> planted_bugs_in_keys_and_events();
std::vector<PlantedBug> planted_bugs_in_the_queue();
std::vector<PlantedBug> planted_bugs_in_memory();  // mistakes in the updates of memory

}  // namespace frontrow::sim

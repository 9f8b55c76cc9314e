// Bugs that must not get past the auditor, each planted from outside of the sale.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "sim/plant.hpp"

namespace frontrow::sim {

struct Tooth {
  std::string_view name;
  std::function<Plant()> make;  // afresh for each seed
};

std::vector<Tooth> teeth_in_decisions();  // what a command does to the batch's rows
std::vector<Tooth> teeth_in_keys_and_events();
std::vector<Tooth> teeth_in_the_queue();
std::vector<Tooth> teeth_in_memory();     // what memory is told, and when

}  // namespace frontrow::sim

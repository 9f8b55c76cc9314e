// The holds that are over, found in the store by their index.
#pragma once

#include <memory>

#include "adapters/mysql/pool.hpp"
#include "ports/due_holds.hpp"

namespace frontrow::mysql {

std::unique_ptr<DueHolds> open_due_holds(std::shared_ptr<Pool> readers);

}  // namespace frontrow::mysql

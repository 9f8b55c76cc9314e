// All rows from which memory is rebuilt (Store::load), in one snapshot. Its cost depends on the catalog and the waiting
// room, not on the history: reservations are found through the seats that they hold.
#pragma once

#include "adapters/sqlite/connection.hpp"
#include "ports/store.hpp"

namespace frontrow::sqlite {

void load_live_rows(Connection& connection, const LoadVisitor& visitor);

}  // namespace frontrow::sqlite

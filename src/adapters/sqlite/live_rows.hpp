// Everything the live state in memory is rebuilt from (Store::load), in one snapshot. Its cost is the catalog and the waiting room,
// not the history: reservations are found through the seats they hold.
#pragma once

#include "adapters/sqlite/connection.hpp"
#include "ports/store.hpp"

namespace frontrow::sqlite {

void load_live_rows(Connection& connection, const LoadVisitor& visitor);

}  // namespace frontrow::sqlite

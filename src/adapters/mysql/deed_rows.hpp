// Accounts and deeds. One row, the end of the chain of deeds, is the lock in whose line all writers of deeds and accounts stand:
// it is taken late in a batch, and the batch waits for it as for a seat map's version. Operators' changes are rare.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "adapters/sql/deeds.hpp"

namespace frontrow::mysql {

// Returns the end as it is until the transaction's.
DeedHead lock_deeds(Connection& connection);
// Takes that lock if the set has deeds, gives them their numbers and hashes, and renders the statements.
void write_deeds(Connection& connection, WorkingSet& set, Sql& sql);

DeedHead read_deed_head(Connection& connection);
std::vector<Deed> read_deeds(Connection& connection, DeedId after, int limit);
std::vector<Operator> read_operators(Connection& connection);

}  // namespace frontrow::mysql

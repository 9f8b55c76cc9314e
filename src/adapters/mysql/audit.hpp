// Proves the rules of the sale (DESIGN §2: S, M, E, Q and what D needs) by queries on the database.
//
// Each statement has a snapshot of its own, and rules about large tables are asked a range of rows at a time. So the server can
// throw away deleted rows while an audit runs, and the relay and the writers beside it do not slow down.
#pragma once

#include <vector>

#include "adapters/mysql/connection.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

inline constexpr int kAuditedRows = 20'000;  // in a range: a fraction of a second

// Takes no lock, beside servers or without. Throws NotUsable when there is no database that this program can use, Unavailable when
// it cannot be read.
std::vector<AuditLine> audit(const Endpoint& endpoint);

// In the transaction the connection has under way, if any.
std::vector<AuditLine> audit_as_seen_by(Connection& connection, int rows_a_range = kAuditedRows);

}  // namespace frontrow::mysql

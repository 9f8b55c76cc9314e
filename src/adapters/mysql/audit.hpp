// Proves the rules of the sale (DESIGN §2: S, M, E, Q and what D needs) by queries on the database, all on one snapshot.
#pragma once

#include <vector>

#include "adapters/mysql/connection.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

// Takes no lock, beside servers or without. Throws NotUsable when there is no database of this version, Unavailable when it cannot
// be read.
std::vector<AuditLine> audit(const Endpoint& endpoint);

// In the transaction the connection has under way, if any.
std::vector<AuditLine> audit_as_seen_by(Connection& connection);

}  // namespace frontrow::mysql

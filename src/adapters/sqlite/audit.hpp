// Proves the rules of the sale (DESIGN §2: S, M, E, Q and what D needs) by queries on the database.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "ports/store.hpp"

namespace frontrow::sqlite {

// Audits a data directory, whether a server uses it or not. Takes no lock, changes no file. Each rule has a snapshot of its own, so
// that the WAL of a server can start over between two; beside a server the soundness of the file is left out. Files that nobody
// serves are read without any lock: when a server has started meanwhile, all is read again. `told` hears of each rule that was
// looked at, again if need be. Throws NotUsable when there is no database that this program can use, Unavailable when it cannot
// be read.
using Told = std::function<void(const AuditLine&)>;
std::vector<AuditLine> audit(const std::filesystem::path& directory, const Told& told = {});

// All rules, on a database that is open.
std::vector<AuditLine> audit(Connection& connection);

}  // namespace frontrow::sqlite

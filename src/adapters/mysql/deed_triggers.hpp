// Triggers that refuse to change or delete a deed. They are made at the start of a pod and not by a migration: a server with a
// binary log wants a privilege or a setting for it (log_bin_trust_function_creators), and TiDB has no triggers. Without them a
// change of a deed is not refused; the audit finds it all the same, by the chain of hashes.
#pragma once

#include "adapters/mysql/connection.hpp"

namespace frontrow::mysql {

// False if the server or its user cannot have them; that is logged. Throws Unavailable when the server is lost.
bool ensure_deed_triggers(Connection& steward);

}  // namespace frontrow::mysql

// Checks that the server is set up to keep every commit that it acknowledges (DESIGN, D1).
#pragma once

#include <stdexcept>
#include <string>

#include "adapters/mysql/connection.hpp"

namespace frontrow::mysql {

// The server or database is not one this program may use. what() is one sentence for the operator.
struct NotUsable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws NotUsable for a server that may lose commits, does not take writes, or is not set as the session asked. A setting that
// the server does not have counts as its harmless value; where that is only hoped for, the log says so. Returns what tells this
// server from another behind the same address.
std::string check_server(Connection& connection, const ConnectionSettings& settings);

}  // namespace frontrow::mysql

// What the primary of MySQL counts: of all its clients together, so nothing else may use it meanwhile.
#pragma once

#include <fmt/format.h>

#include "adapters/mysql/connection.hpp"

namespace frontrow::test {

class ServerCounts {
 public:
  explicit ServerCounts(const mysql::Endpoint& primary)
      : here_(primary, mysql::Role::reader, mysql::ConnectionSettings{.idle_timeout = std::chrono::minutes{5}}) {}

  // Each call is a statement, too.
  double status(const char* name) {
    mysql::Rows rows = here_.ask(mysql::Sql::script(fmt::format("SHOW GLOBAL STATUS LIKE '{}'", name)), "read a test's counter");
    return rows.next() ? std::stod(std::string{rows.text(1)}) : -1;
  }
  // The connections of all others that use the same database.
  std::int64_t connections() {
    mysql::Sql sql =
        mysql::Sql::script("SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
    mysql::Rows rows = here_.ask(sql, "count a test's connections");
    return rows.next() ? rows.integer(0) : -1;
  }

 private:
  mysql::Connection here_;
};

}  // namespace frontrow::test

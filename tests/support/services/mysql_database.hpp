// A test's own database on the started primary, dropped at its end.
#pragma once

#include "adapters/mysql/connection.hpp"

namespace frontrow::test {

class MysqlDatabase {
 public:
  // Empty: not migrated.
  MysqlDatabase();
  ~MysqlDatabase();
  MysqlDatabase(const MysqlDatabase&) = delete;
  MysqlDatabase& operator=(const MysqlDatabase&) = delete;

  const mysql::Endpoint& endpoint() const { return endpoint_; }
  mysql::Endpoint replica() const;
  // Runs a test's statements on a connection of their own. Returns the first column of the first row of the last one.
  std::string run(std::string_view statements) const;

 private:
  mysql::Endpoint endpoint_;
};

}  // namespace frontrow::test

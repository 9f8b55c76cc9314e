// A database of its own on the started primary, dropped again at the end.
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
  // Statements of a test, on a connection of its own; the first column of the last one's first row.
  std::string run(std::string_view statements);

 private:
  mysql::Endpoint endpoint_;
};

}  // namespace frontrow::test

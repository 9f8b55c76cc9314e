#include "support/services/mysql_database.hpp"

#include <atomic>

#include <unistd.h>

#include "support/services/services.hpp"

namespace frontrow::test {

namespace {

mysql::Endpoint endpoint_at(const std::string& address, std::string database) {
  const std::size_t colon = address.rfind(':');
  return {.host = address.substr(0, colon),
          .port = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))),
          .user = service("MYSQL_USER"),
          .password = Secret{service_password("MYSQL_PASSWORD_FILE")},
          .database = std::move(database),
          .tls_ca = {}};
}

void run_on(const mysql::Endpoint& endpoint, std::string_view statements, std::string* out = nullptr) {
  mysql::Connection connection{endpoint, mysql::Role::steward, {}};
  std::vector<mysql::Rows> results = connection.run(mysql::Sql::script(statements), "run a test's statements");
  if (out != nullptr && results.back().next()) *out = results.back().text(0);
}

}  // namespace

MysqlDatabase::MysqlDatabase() {
  static std::atomic<int> count{0};
  const std::string name = "frontrow_" + std::to_string(getpid()) + "_" + std::to_string(++count);
  run_on(endpoint_at(service("MYSQL_PRIMARY"), ""), "CREATE DATABASE " + name);
  endpoint_ = endpoint_at(service("MYSQL_PRIMARY"), name);
}

MysqlDatabase::~MysqlDatabase() {
  try {
    run("DROP DATABASE " + endpoint_.database);
  } catch (const std::exception&) {
    // The services are removed with all their data.
  }
}

mysql::Endpoint MysqlDatabase::replica() const {
  const std::string all = service("MYSQL_REPLICAS");
  return endpoint_at(all.substr(0, all.find(',')), endpoint_.database);
}

std::string MysqlDatabase::run(std::string_view statements) const {
  std::string first;
  run_on(endpoint_, statements, &first);
  return first;
}

}  // namespace frontrow::test

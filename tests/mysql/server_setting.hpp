// Actions that only the administrator of a database server may do.
#pragma once

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "support/services/services.hpp"

namespace frontrow::mysql {

// On the server behind a socket of the services' file: "MYSQL_PRIMARY_SOCKET", "MYSQL_REPLICA_SOCKET".
inline void run_as_administrator(const char* socket, const std::string& statement) {
  const std::string command = "mariadb --no-defaults --user=" + test::service("MYSQL_ROOT_USER") +
                              " --socket=" + test::service(socket) + " -e '" + statement + "'";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

// A changed setting of the primary; the destructor restores it.
class ServerSetting {
 public:
  ServerSetting(std::string name, const char* value, const char* before) : name_(std::move(name)), before_(before) { set(value); }
  ~ServerSetting() { set(before_); }
  ServerSetting(const ServerSetting&) = delete;
  ServerSetting& operator=(const ServerSetting&) = delete;

 private:
  void set(const std::string& value) const { run_as_administrator("MYSQL_PRIMARY_SOCKET", "SET GLOBAL " + name_ + " = " + value); }
  const std::string name_, before_;
};

}  // namespace frontrow::mysql

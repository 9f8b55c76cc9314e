#include "adapters/mysql/server_check.hpp"

#include <optional>

#include "adapters/mysql/failure.hpp"
#include "base/log.hpp"

namespace frontrow::mysql {

namespace {

void require(bool is_so, const std::string& otherwise) {
  if (!is_so) throw NotUsable{"the MySQL server " + otherwise};
}

// Each is asked for by itself: a server that lacks one (a newer release, TiDB, a proxy) refuses the whole statement.
std::optional<std::string> asked(Connection& connection, std::string_view variable) {
  Sql sql = Sql::script("SELECT @@" + std::string(variable));
  try {
    Rows rows = connection.ask(sql, "ask for the server's settings");
    if (!rows.next() || rows.is_null(0)) return {};
    return std::string(rows.text(0));
  } catch (const UnknownVariable&) {
    return {};
  }
}

// A server without a switch never does what the switch is for.
bool is_on(Connection& connection, std::string_view variable) {
  const auto value = asked(connection, variable);
  return value && *value != "0" && *value != "OFF";
}

void warn_of_missing(std::string_view variable, std::string_view meaning) {
  log_warn("the MySQL server does not have a setting", {{"what", variable}, {"meaning", meaning}});
}

void check_durability(Connection& connection) {
  const auto flush = asked(connection, "global.innodb_flush_log_at_trx_commit");
  if (!flush) warn_of_missing("innodb_flush_log_at_trx_commit", "whether an acknowledged commit survives is up to the server");
  require(!flush || *flush == "1", "may lose commits: set innodb_flush_log_at_trx_commit = 1");
  if (!is_on(connection, "global.log_bin")) return;
  const auto sync = asked(connection, "global.sync_binlog");
  if (!sync) warn_of_missing("sync_binlog", "whether replicas get every acknowledged commit is up to the server");
  require(!sync || *sync == "1", "may lose commits: set sync_binlog = 1");
  // Missing: releases that have one format only, and that is ROW.
  require(asked(connection, "global.binlog_format").value_or("ROW") != "STATEMENT",
          "cannot replicate READ COMMITTED: set binlog_format = ROW");
}

}  // namespace

void check_server(Connection& connection, const ConnectionSettings& settings) {
  if (settings.must_be_durable) check_durability(connection);
  for (const char* each : {"global.read_only", "global.innodb_read_only"})  // a managed reader has the second one only
    require(!is_on(connection, each), "is read-only: point at the primary");
  require(asked(connection, "session.auto_increment_increment").value_or("1") == "1",
          "numbers in steps: set auto_increment_increment = 1");
  require(asked(connection, "session.time_zone") == "+00:00", "does not keep the session's time zone");
  // A batch asks for a busy row again, and counts on the locks it has.
  require(!is_on(connection, "global.innodb_rollback_on_timeout"),
          "gives up all locks of a transaction for one busy row: set innodb_rollback_on_timeout = OFF");
  require(asked(connection, "session.sql_mode").value_or("").find("STRICT_ALL_TABLES") != std::string::npos,
          "does not keep the session's strict sql_mode");
}

std::string identity_of(Connection& connection) {
  std::string identity;
  // MySQL has a uuid; MariaDB does not.
  for (const char* each : {"global.server_uuid", "global.hostname", "global.port", "global.server_id"})
    identity += asked(connection, each).value_or("") + "/";
  return identity;
}

}  // namespace frontrow::mysql

#include "adapters/mysql/server_check.hpp"

namespace frontrow::mysql {

namespace {

void require(bool is_so, const std::string& otherwise) {
  if (!is_so) throw NotUsable{"the MySQL server " + otherwise};
}

void check_durability(Rows& rows) {
  require(rows.integer(0) == 1, "may lose commits: set innodb_flush_log_at_trx_commit = 1");
  const bool has_binlog = rows.integer(1) != 0;
  require(!has_binlog || rows.integer(2) == 1, "may lose commits: set sync_binlog = 1");
  require(!has_binlog || rows.text(3) != "STATEMENT", "cannot replicate READ COMMITTED: set binlog_format = ROW");
}

}  // namespace

void check_server(Connection& connection, const ConnectionSettings& settings) {
  Sql sql;
  sql << "SELECT @@global.innodb_flush_log_at_trx_commit, @@global.log_bin, @@global.sync_binlog, @@global.binlog_format,"
         " @@global.read_only, @@session.auto_increment_increment, @@session.time_zone, @@session.sql_mode,"
         " @@global.innodb_rollback_on_timeout";
  sql.end();
  Rows rows = connection.ask(sql, "ask for the server's settings");
  require(rows.next(), "does not tell its settings");
  if (settings.must_be_durable) check_durability(rows);
  require(rows.integer(4) == 0, "is read-only: point at the primary");
  require(rows.integer(5) == 1, "numbers in steps: set auto_increment_increment = 1");
  require(rows.text(6) == "+00:00", "does not keep the session's time zone");
  // A batch asks for a busy row again, and counts on the locks it has.
  require(rows.integer(8) == 0, "gives up all locks of a transaction for one busy row: set innodb_rollback_on_timeout = OFF");
  require(rows.text(7).find("STRICT_ALL_TABLES") != std::string_view::npos, "does not keep the session's strict sql_mode");
}

}  // namespace frontrow::mysql

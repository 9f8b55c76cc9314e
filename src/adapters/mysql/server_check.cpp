#include "adapters/mysql/server_check.hpp"

#include <map>
#include <optional>
#include <vector>

#include "adapters/mysql/failure.hpp"
#include "base/log.hpp"

namespace frontrow::mysql {

namespace {

using Name = std::string_view;

constexpr Name kFlush = "global.innodb_flush_log_at_trx_commit", kBinlog = "global.log_bin", kSync = "global.sync_binlog",
               kFormat = "global.binlog_format", kReadOnly = "global.read_only", kManagedReader = "global.innodb_read_only",
               kSteps = "session.auto_increment_increment", kTimeZone = "session.time_zone", kMode = "session.sql_mode",
               kGivesUp = "global.innodb_rollback_on_timeout", kHost = "global.hostname", kPort = "global.port",
               kNumber = "global.server_id", kUuid = "global.server_uuid";

void require(bool is_so, const std::string& otherwise) {
  if (!is_so) throw NotUsable{"the MySQL server " + otherwise};
}

std::vector<Name> names(bool is_mariadb) {
  std::vector<Name> all{
      kFlush, kBinlog, kSync, kFormat, kReadOnly, kManagedReader, kSteps, kTimeZone, kMode, kGivesUp, kHost, kPort, kNumber};
  if (!is_mariadb) all.push_back(kUuid);
  return all;
}

// The settings of a server; one that it does not have is missing.
class Asked {
 public:
  explicit Asked(Connection& connection) {
    const std::vector<Name> all = names(connection.is_mariadb());
    try {
      ask(connection, all);
    } catch (const UnknownVariable&) {  // a newer release, TiDB or a provider's proxy: one that is missing refuses all
      for (const Name name : all) ask_alone(connection, name);
    }
  }

  std::optional<std::string> value(Name name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional{found->second};
  }
  // A server without a switch never does what the switch is for.
  bool is_on(Name name) const {
    const auto given = value(name);
    return given && *given != "0" && *given != "OFF";
  }

 private:
  void ask(Connection& connection, const std::vector<Name>& all) {
    std::string text = "SELECT ";
    for (const Name name : all) text.append(name == all.front() ? "@@" : ", @@").append(name);
    Rows rows = connection.ask(Sql::script(text), "ask for the server's settings");
    require(rows.next(), "does not tell its settings");
    for (std::size_t i = 0; i < all.size(); ++i) {
      const int column = static_cast<int>(i);
      if (!rows.is_null(column)) values_.emplace(all[i], rows.text(column));
    }
  }

  void ask_alone(Connection& connection, Name name) {
    try {
      ask(connection, {name});
    } catch (const UnknownVariable&) {
      // It stays missing.
    }
  }

  std::map<Name, std::string> values_;
};

void warn_of_missing(Name name, std::string_view meaning) {
  log_warn("the MySQL server does not have a setting", {{"what", name}, {"meaning", meaning}});
}

void check_durability(const Asked& asked) {
  const auto flush = asked.value(kFlush);
  if (!flush) warn_of_missing(kFlush, "whether an acknowledged commit survives is up to the server");
  require(!flush || *flush == "1", "may lose commits: set innodb_flush_log_at_trx_commit = 1");
  if (!asked.is_on(kBinlog)) return;
  const auto sync = asked.value(kSync);
  if (!sync) warn_of_missing(kSync, "whether replicas get every acknowledged commit is up to the server");
  require(!sync || *sync == "1", "may lose commits: set sync_binlog = 1");
  // Missing: releases that have one format only, and that is ROW.
  require(asked.value(kFormat).value_or("ROW") != "STATEMENT", "cannot replicate READ COMMITTED: set binlog_format = ROW");
}

}  // namespace

std::string check_server(Connection& connection, const ConnectionSettings& settings) {
  const Asked asked{connection};
  if (settings.must_be_durable) check_durability(asked);
  // A managed reader has the second one only.
  require(!asked.is_on(kReadOnly) && !asked.is_on(kManagedReader), "is read-only: point at the primary");
  require(asked.value(kSteps).value_or("1") == "1", "numbers in steps: set auto_increment_increment = 1");
  require(asked.value(kTimeZone) == "+00:00", "does not keep the session's time zone");
  // A batch asks for a busy row again, and counts on the locks it has.
  require(!asked.is_on(kGivesUp), "gives up all locks of a transaction for one busy row: set innodb_rollback_on_timeout = OFF");
  require(asked.value(kMode).value_or("").find("STRICT_ALL_TABLES") != std::string::npos,
          "does not keep the session's strict sql_mode");
  std::string identity;
  for (const Name each : {kUuid, kHost, kPort, kNumber}) identity += asked.value(each).value_or("") + "/";
  return identity;
}

}  // namespace frontrow::mysql

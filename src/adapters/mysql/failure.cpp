#include "adapters/mysql/failure.hpp"

#include <string>

namespace frontrow::mysql {

namespace {

// From mysqld_error.h of MySQL 8 and MariaDB 10.11, which differ in a few; none of these numbers means two things.
enum : unsigned {
  kDiskFull = 1021,
  kBadNull = 1048,
  kServerShutdown = 1053,
  kDuplicateEntry = 1062,
  kUnknownError = 1105,
  kTableFull = 1114,
  kAborting = 1152,
  kUnknownVariable = 1193,
  kLockWaitTimeout = 1205,
  kDeadlock = 1213,
  kOutOfRange = 1264,
  kTruncated = 1265,
  kReadOnlyOption = 1290,
  kReadOnlyTransaction = 1792,
  kReadOnlyMode = 1836,
  kStatementTimeout = 1969,  // MariaDB
  kConnectionKilled = 1927,  // MariaDB
  kNoDefault = 1364,
  kCheckViolated = 3819,     // MySQL
  kQueryTimeout = 3024,      // MySQL
  kRefusedByGroup = 3101,    // MySQL, group replication: another server's transaction was certified first
  kLockNotAvailable = 3572,  // MySQL, NOWAIT
  kIdleTooLong = 4031,       // MySQL
  kConstraintFailed = 4025,  // MariaDB
  kCannotRetry = 8002,       // TiDB, these four
  kRetryable = 8022,
  kSchemaChanged = 8028,
  kWriteConflict = 9007,
};

bool is_constraint(unsigned code) {
  switch (code) {
    case kBadNull:
    case kDuplicateEntry:
    case kOutOfRange:
    case kTruncated:
    case kNoDefault:
    case kCheckViolated:
    case kConstraintFailed: return true;
    default: return false;
  }
}

// A statement's time, too, runs out when it waits for a row; and if it was only slow, half a batch is faster.
bool is_out_of_time(unsigned code) { return code == kStatementTimeout || code == kQueryTimeout; }

// MariaDB has one number for both.
bool is_locked_row(unsigned code) { return code == kLockWaitTimeout || code == kLockNotAvailable; }

bool is_tidb(MYSQL* connection) {
  const char* const version = mysql_get_server_info(connection);  // null before the server has greeted
  return version != nullptr && std::string_view{version}.find("TiDB") != std::string_view::npos;
}

bool is_read_only(unsigned code) { return code == kReadOnlyOption || code == kReadOnlyMode || code == kReadOnlyTransaction; }

bool is_full(unsigned code) { return code == kDiskFull || code == kTableFull; }

}  // namespace

bool is_lost(unsigned code) {
  if (code >= 2000 && code < 3000) return true;  // of the client library: the server's answer makes no sense, or none came
  switch (code) {
    case kServerShutdown:
    case kAborting:
    case kConnectionKilled:
    case kIdleTooLong: return true;
    default: return is_read_only(code);
  }
}

bool is_conflict(unsigned code, bool is_tidb) {
  switch (code) {
    case kDeadlock:
    case kRefusedByGroup:
    case kCannotRetry:
    case kRetryable:
    case kSchemaChanged:
    case kWriteConflict: return true;
    // TiDB's number for conflicts without one of their own. A commit with an unknown outcome it does not answer at all.
    case kUnknownError: return is_tidb;
    default: return false;
  }
}

Unavailable before_commit(const std::exception& failed) {
  if (const auto* lost = dynamic_cast<const Unavailable*>(&failed)) {
    Unavailable known = *lost;
    known.outcome_unknown = false;
    return known;
  }
  return {kStore, failed.what()};
}

void throw_failure(MYSQL* connection, std::string_view doing) {
  const unsigned code = mysql_errno(connection);
  std::string what{doing};
  what.append(": ").append(mysql_error(connection)).append(" (").append(std::to_string(code)).append(")");
  if (is_constraint(code)) throw ConstraintBroken{what};
  if (is_locked_row(code)) throw RowLocked{what};
  if (is_out_of_time(code)) throw TooSlow{what};
  if (is_conflict(code, is_tidb(connection))) throw Contended{what};
  if (is_read_only(code)) throw ReadOnly{kStore, what};
  if (code == kUnknownVariable) throw UnknownVariable{kStore, what};
  throw Unavailable{is_full(code) ? kStoreFull : kStore, what};
}

}  // namespace frontrow::mysql

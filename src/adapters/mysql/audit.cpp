#include "adapters/mysql/audit.hpp"

#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/migrations.hpp"
#include "adapters/sql/audit_rules.hpp"

namespace frontrow::mysql {

namespace {

AuditLine check(Connection& connection, const AuditRule& rule) {
  Sql sql;
  sql << rule.checked;
  sql.end();
  sql << rule.broken;
  sql.end();
  std::vector<Rows> results = connection.run(sql, rule.what);
  return audit_line(rule, results[0], results[1]);
}

}  // namespace

std::vector<AuditLine> audit_as_seen_by(Connection& connection) {
  std::vector<AuditLine> lines;
  for (const AuditRule& rule : audit_rules(AuditOf::mysql)) lines.push_back(check(connection, rule));
  return lines;
}

std::vector<AuditLine> audit(const Endpoint& endpoint) {
  Connection steward{endpoint, Role::steward, {}};
  require_current(steward);
  const ReadTransaction snapshot{steward};
  return audit_as_seen_by(steward);
}

}  // namespace frontrow::mysql

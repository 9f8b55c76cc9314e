#include "adapters/mysql/audit.hpp"

#include "adapters/mysql/audit_rules.hpp"
#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/migrations.hpp"

namespace frontrow::mysql {

namespace {

AuditLine check(Connection& connection, const AuditRule& rule) {
  Sql sql;
  sql << rule.checked;
  sql.end();
  sql << rule.broken;
  sql.end();
  std::vector<Rows> results = connection.run(sql, rule.what);
  AuditLine line{.rule = rule.name, .what = rule.what, .checked = results[0].next() ? results[0].integer(0) : 0};
  for (; results[1].next(); ++line.broken)
    if (line.broken == 0) line.example = results[1].text(0);
  return line;
}

}  // namespace

std::vector<AuditLine> audit_as_seen_by(Connection& connection) {
  std::vector<AuditLine> lines;
  for (const AuditRule& rule : audit_rules()) lines.push_back(check(connection, rule));
  return lines;
}

std::vector<AuditLine> audit(const Endpoint& endpoint) {
  Connection steward{endpoint, Role::steward, {}};
  require_current(steward);
  const ReadTransaction snapshot{steward};
  return audit_as_seen_by(steward);
}

}  // namespace frontrow::mysql

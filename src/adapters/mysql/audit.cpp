#include "adapters/mysql/audit.hpp"

#include "adapters/mysql/migrations.hpp"
#include "adapters/sql/audit_rules.hpp"

namespace frontrow::mysql {

namespace {

Rows ask(Connection& connection, const AuditRule& rule, Literal query, const KeyRange& range) {
  return connection.ask(Sql::script(within(query, range)), rule.what);
}

// The end of the next range: the key that so many rows further has; none when no row is left.
std::optional<std::int64_t> next_end(Connection& connection, const AuditRule& rule, std::int64_t after, int rows) {
  Sql sql;
  sql << "SELECT max(k) FROM (" << next_keys(rule.walk) << after << " ORDER BY k LIMIT " << rows << ") keys_of_range";
  sql.end();
  Rows found = connection.ask(sql, rule.what);
  return found.next() && !found.is_null(0) ? std::optional{found.integer(0)} : std::nullopt;
}

AuditLine check(Connection& connection, const AuditRule& rule, int rows) {
  Rows checked = ask(connection, rule, rule.checked, {});
  AuditLine line = audit_line(rule, checked);
  KeyRange range;
  if (rule.walk != Walk::no)
    while ((range.upto = next_end(connection, rule, range.after.value_or(0), rows))) {
      Rows broken = ask(connection, rule, rule.broken, range);
      add_broken(line, broken);
      range.after = range.upto;
    }
  Rows broken = ask(connection, rule, rule.broken, range);  // the open end, or all
  add_broken(line, broken);
  if (*rule.whole.text == 0) return line;
  Rows sums = ask(connection, rule, rule.whole, {});
  add_broken(line, sums);
  return line;
}

}  // namespace

std::vector<AuditLine> audit_as_seen_by(Connection& connection, int rows_a_range) {
  std::vector<AuditLine> lines;
  for (const AuditRule& rule : audit_rules(AuditOf::mysql)) lines.push_back(check(connection, rule, rows_a_range));
  return lines;
}

std::vector<AuditLine> audit(const Endpoint& endpoint) {
  Connection steward{endpoint, Role::steward, {}};
  require_usable(steward);
  return audit_as_seen_by(steward);
}

}  // namespace frontrow::mysql

// The rules of the sale as queries: one row here is one line of `frontrow audit`. Both databases understand a query, unless its
// rule names one store: some tables are in one store only, and some faults are found in another way.
#pragma once

#include <vector>

#include "adapters/sql/literal.hpp"
#include "ports/store.hpp"

namespace frontrow::sql {

enum class AuditOf { every_store, sqlite, mysql };

struct AuditRule {
  const char* name;  // as in DESIGN §2
  const char* what;  // the sentence that is true of a sound sale
  Literal checked;   // gives one number: how many things were looked at
  Literal broken;    // one row for each thing that breaks the rule: its columns, side by side, say which
  AuditOf of = AuditOf::every_store;
  bool only_at_rest = false;  // takes long and concerns the file rather than the sale: left out beside a server
};

// The rules of every store, and the store's own.
std::vector<AuditRule> audit_rules(AuditOf store);

// Makes the line from the results of the rule's two queries.
template <class Rows>
AuditLine audit_line(const AuditRule& rule, Rows& checked, Rows& broken) {
  AuditLine line{.rule = rule.name, .what = rule.what, .checked = checked.next() ? checked.integer(0) : 0};
  for (; broken.next(); ++line.broken)
    for (int column = 0; line.broken == 0 && column < broken.columns(); ++column) line.example += broken.text(column);
  return line;
}

}  // namespace frontrow::sql

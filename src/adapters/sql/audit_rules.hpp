// The rules of the sale as queries: one row here is one line of `frontrow audit`. Both databases understand a query, unless its
// rule names one store: some tables are in one store only, and some faults are found in another way.
//
// A query that looks at things one by one can be asked for a range of their keys: a column in braces, {r.id}, stands for "its key
// is in the range". All that such a query compares with each other changes in one transaction, so the ranges may be asked one after
// the other, each on a snapshot of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/sql/literal.hpp"
#include "ports/store.hpp"

namespace frontrow::sql {

enum class AuditOf { every_store, sqlite, mysql };

// The table whose keys a rule's query can be asked by.
enum class Walk { no, seats, schedules, reservations, accounts, events };

struct AuditRule {
  const char* name;  // as in DESIGN §2
  const char* what;  // the sentence that is true of a sound sale
  Literal checked;   // gives one number: how many things were looked at
  Literal broken;    // one row for each thing that breaks the rule: its columns, side by side, say which
  AuditOf of = AuditOf::every_store;
  Walk walk = Walk::no;
  bool only_at_rest = false;  // takes long and concerns the file rather than the sale: left out beside a server
  Literal whole = "";         // the part of `broken` that compares sums over all rows; asked once
};

// The rules of every store, and the store's own.
std::vector<AuditRule> audit_rules(AuditOf store);

// after < key <= upto; an end that is not set is open. Ranges that follow each other miss no key, not even one without its row.
struct KeyRange {
  std::optional<std::int64_t> after = {}, upto = {};
};

// The query for a range of keys.
std::string within(Literal query, const KeyRange& range);

// The beginning of a query for the keys, named k, above a number that follows.
Literal next_keys(Walk walk);

// A rule's line from the result of its first query.
template <class Rows>
AuditLine audit_line(const AuditRule& rule, Rows& checked) {
  return {.rule = rule.name, .what = rule.what, .checked = checked.next() ? checked.integer(0) : 0};
}

// Adds the result of the second query, or of one range of it.
template <class Rows>
void add_broken(AuditLine& line, Rows& broken) {
  for (; broken.next(); ++line.broken)
    for (int column = 0; line.broken == 0 && column < broken.columns(); ++column) line.example += broken.text(column);
}

}  // namespace frontrow::sql

// The rules as queries: one row here is one line of `frontrow audit`.
#pragma once

#include <span>

#include "adapters/mysql/sql.hpp"

namespace frontrow::mysql {

struct AuditRule {
  const char* name;  // as in DESIGN §2
  const char* what;  // the sentence that is true of a sound sale
  Literal checked;   // gives one number: how many things were looked at
  Literal broken;    // one row of text for each that breaks the rule
};

std::span<const AuditRule> audit_rules();

}  // namespace frontrow::mysql

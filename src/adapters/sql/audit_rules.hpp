// The rules as queries: one row here is one line of `frontrow audit`.
#pragma once

#include <span>

namespace frontrow::sqlite {

// What takes long and concerns the file rather than the sale is left out beside a server.
enum class AuditWhen { always, at_rest };

struct AuditRule {
  const char* name;     // as in DESIGN §2
  const char* what;     // the sentence that is true of a sound sale
  const char* checked;  // gives one number: how many things were looked at
  const char* broken;   // one row of text for each that breaks the rule
  AuditWhen when = AuditWhen::always;
};

std::span<const AuditRule> audit_rules();

}  // namespace frontrow::sqlite

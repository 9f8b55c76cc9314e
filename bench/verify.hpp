// After a run: reads the stored data, compares, and runs the server's own audit.
#pragma once

#include <string>
#include <vector>

#include "bench/api.hpp"
#include "bench/options.hpp"
#include "bench/reconcile.hpp"

namespace frontrow::bench {

struct Verdict {
  Reconciliation comparison;
  bool was_audited = false;
  bool is_audit_clean = false;
  std::string audit_command;
  std::vector<std::string> audit_lines;  // the lines with BROKEN, or the last lines if the audit could not run

  bool is_clean() const { return comparison.is_clean() && (!was_audited || is_audit_clean); }
};

Verdict verify(Api& api, const Options& options, const ToldHeader& header, const std::vector<Told>& told);

}  // namespace frontrow::bench

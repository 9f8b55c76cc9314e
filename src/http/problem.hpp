// The client's view of a refusal: one status, one code and one sentence for each ErrorCode, as an RFC 9457 problem
// document.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.hpp"

namespace frontrow::http {

inline constexpr std::string_view kProblemType = "application/problem+json";

struct ProblemKind {
  int status;
  std::string_view code;    // stable, UPPER_SNAKE
  std::string_view title;   // the same for every occurrence
  std::string_view detail;  // used when the refusal has no sentence of its own
};

// The one place where an ErrorCode becomes a status.
ProblemKind problem_kind(ErrorCode code);

// RFC 9110, 13: a condition of the request does not hold. That concerns HTTP alone, so the sale has no ErrorCode for
// it.
inline constexpr ProblemKind kPreconditionFailed{
    412, "PRECONDITION_FAILED", "Precondition failed", "If-Match or If-None-Match does not hold; nothing was done."};

// Appends the problem document.
void append_problem(std::string& out, const Refusal& refusal, std::string_view trace_id);
void append_problem(std::string& out, const ProblemKind& kind, std::string_view trace_id);

// Appends the header lines of the refusal: Retry-After in whole seconds, rounded up, and WWW-Authenticate on 401.
void append_problem_headers(std::string& out, const Refusal& refusal);

}  // namespace frontrow::http

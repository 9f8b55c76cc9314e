// CHECK aborts on a broken invariant, in release builds too. Never reachable from input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace frontrow {
[[noreturn]] inline void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "CHECK failed: %s at %s:%d\n", expression, file, line);
  std::abort();
}
}  // namespace frontrow

#define CHECK(expression) ((expression) ? void() : ::frontrow::check_failed(#expression, __FILE__, __LINE__))

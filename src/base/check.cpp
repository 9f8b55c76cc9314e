#include "base/check.hpp"

#include <cstdlib>

#include "base/log.hpp"

namespace frontrow {

void check_failed(const char* expression, const char* file, int line) noexcept {
  log_error("CHECK failed", {{"expression", expression}, {"sourceFile", file}, {"sourceLine", line}});
  std::abort();
}

}  // namespace frontrow

// CHECK aborts on a broken invariant, in release builds too. Never reachable from input.
#pragma once

namespace frontrow {
// Logs what is broken, and aborts.
[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;
}  // namespace frontrow

#define CHECK(expression) ((expression) ? void() : ::frontrow::check_failed(#expression, __FILE__, __LINE__))

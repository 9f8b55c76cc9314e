// Whether the long rounds run: `make prove` sets FRONTROW_PROVE=1.
#pragma once

#include <cstdlib>

namespace frontrow::test {

inline bool is_proving() { return std::getenv("FRONTROW_PROVE") != nullptr; }
inline int rounds(int usual, int proving) { return is_proving() ? proving : usual; }

}  // namespace frontrow::test

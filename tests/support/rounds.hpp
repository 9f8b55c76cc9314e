// `make prove` sets FRONTROW_PROVE=1 and gets the long rounds.
#pragma once

#include <cstdlib>

namespace frontrow::test {

inline bool is_proving() { return std::getenv("FRONTROW_PROVE") != nullptr; }
inline int rounds(int usual, int proving) { return is_proving() ? proving : usual; }

}  // namespace frontrow::test

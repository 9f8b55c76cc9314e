// The machine's wall clock, which may be wrong and may be set at any time: for judging it against the sale's time, never for a
// decision. Defined in clock.cpp.
#pragma once

#include "base/clock.hpp"

namespace frontrow {

TimePoint wall_now();

}  // namespace frontrow

// The machine's own clock, which may be wrong and may be set at any time. It serves values that others compare with
// their own clock (the Date of an answer), and the judgement of the clock against the sale's time. No rule of the sale
// may read it. Defined in clock.cpp.
#pragma once

#include "base/clock.hpp"

namespace frontrow {

TimePoint wall_now();

}  // namespace frontrow

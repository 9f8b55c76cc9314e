// The machine's own clock, which may be wrong and may be set at any time: for what the rest of the world compares with its own (the
// Date of an answer), and for judging it against the sale's time. No rule of the sale may read it. Defined in clock.cpp.
#pragma once

#include "base/clock.hpp"

namespace frontrow {

TimePoint wall_now();

}  // namespace frontrow

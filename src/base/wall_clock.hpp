// The machine's own clock, for what the rest of the world compares with its own: the Date of an answer. It may jump; no rule of the sale
// may read it.
#pragma once

#include "base/clock.hpp"

namespace frontrow {

TimePoint wall_now();

}  // namespace frontrow

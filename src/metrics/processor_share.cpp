#include "metrics/processor_share.hpp"

#include <algorithm>
#include <utility>

namespace frontrow {

namespace {
constexpr double kWindowSeconds = 10;
}

double ProcessorShare::look(ProcessorTime now) {
  if (now.at_seconds - newer_.at_seconds >= kWindowSeconds) older_ = std::exchange(newer_, now);
  const double elapsed = now.at_seconds - older_.at_seconds;
  return elapsed <= 0 ? 0 : std::clamp((now.used_seconds - older_.used_seconds) / elapsed / cores_, 0.0, 1.0);
}

}  // namespace frontrow

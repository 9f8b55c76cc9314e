// Which share of the processor time that a process may use it has used lately.
#pragma once

#include "base/process.hpp"

namespace frontrow {

// Over the last ten to twenty seconds, or since the start, however often it is asked. Not thread safe.
class ProcessorShare {
 public:
  ProcessorShare(double cores, ProcessorTime start) : cores_(cores), older_(start), newer_(start) {}
  // 0 to 1.
  double look(ProcessorTime now);

 private:
  const double cores_;
  ProcessorTime older_, newer_;
};

}  // namespace frontrow

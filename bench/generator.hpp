// The generator processes: each has a share of the users and connections, one thread, and a page of memory that the
// parent can read.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/options.hpp"
#include "bench/tally.hpp"
#include "bench/venue.hpp"

namespace frontrow::bench {

// Must be in memory that all processes share, made before they start.
struct Control {
  std::atomic<int> prepared{0};
  std::atomic<int> failed{0};
  std::atomic<int> finished{0};
  std::atomic<bool> may_start{false};
  std::atomic<bool> is_cancelled{false};
  std::atomic<bool> is_sold_out{false};
};

class Generators {
 public:
  Generators(const Options& options, const Venue& venue);
  // Kills and collects the processes that still run.
  ~Generators();
  Generators(const Generators&) = delete;
  Generators& operator=(const Generators&) = delete;

  Control& control() { return *control_; }
  // The sum over all processes, as of now.
  Tally tally() const;
  // Counts processes that have ended; sets `failed` if one ended with an error. True while one still runs.
  bool is_any_running();
  int told_fd(int process) const { return told_[static_cast<std::size_t>(process)]; }

 private:
  void work(int process);

  const Options& options_;
  const Venue& venue_;
  Control* control_ = nullptr;
  Tally* tallies_ = nullptr;
  std::vector<int> told_;
  std::vector<pid_t> processes_;
};

}  // namespace frontrow::bench

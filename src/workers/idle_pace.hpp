// The pace of a loop that often finds nothing to do: after each turn in vain it passes over more turns, up to a limit.
#pragma once

#include <algorithm>
#include <atomic>

namespace frontrow {

class IdlePace {
 public:
  explicit IdlePace(int most_passed_over) : most_(most_passed_over) {}

  // The loop asks at each turn whether it is one to work in, and says afterwards whether it found something.
  bool is_turn() {
    if (is_woken_.exchange(false)) left_ = pause_ = 0;
    if (left_ == 0) return true;
    --left_;
    return false;
  }
  void found(bool something) { left_ = pause_ = something ? 0 : std::min(most_, 2 * pause_ + 1); }
  // Any thread: there is something, so the next turn is not passed over.
  void wake() { is_woken_ = true; }

 private:
  const int most_;
  int pause_ = 0, left_ = 0;
  std::atomic<bool> is_woken_{false};
};

}  // namespace frontrow

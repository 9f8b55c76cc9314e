// The keys of a batch, made ready in the one way of every store: sorted, it is the order in which writers take their locks.
#pragma once

#include <algorithm>

#include "ports/working_set.hpp"

namespace frontrow::sql {

// A hold that ends while the batch is being read must have been read, and its seats locked, too: stores look this far ahead.
inline constexpr Duration kReadAhead = std::chrono::seconds{1};

template <class Key>
void sort_and_drop_repeats(std::vector<Key>& keys) {
  std::ranges::sort(keys);
  const auto repeats = std::ranges::unique(keys);
  keys.erase(repeats.begin(), repeats.end());
}

// All lists sorted and without repeats, and the changed concerts among the others.
void make_ready(Keys& keys);

}  // namespace frontrow::sql

#include "adapters/mysql/row_locks.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace frontrow::mysql {

namespace {

constexpr Duration kLongestPause{16};
constexpr int kLastTries = 3;  // of rows that are busy for the batch and free when they are looked for

}  // namespace

void Patience::pause() {
  if (!until_) until_ = steady_now() + most_;
  std::this_thread::sleep_for(next_);
  next_ = std::min(2 * next_, kLongestPause);
}

std::vector<Rows> RowLocks::run(const Sql& sql, std::string_view doing, const std::function<Blocked()>& find) {
  const bool is_suspicious = known_.is_suspicious();
  for (int last_tries = 0; last_tries < kLastTries;) {
    try {
      return connection_.run(sql, doing);
    } catch (const RowLocked&) {
    }
    const bool is_over = patience_.is_over();
    last_tries += is_over;
    const bool looks = is_suspicious && patience_.take_first_look();
    if (looks || is_over) {
      const Blocked blocked = find();
      if (!blocked.is_empty() && (is_over || known_.suspects(blocked))) throw RowsBusy{blocked};
    }
    patience_.pause();
    if (looks && !is_over) throw LockedOutOfOrder{};
  }
  throw Contended{std::string{doing} + ": rows are busy, each time others"};
}

bool RowLocks::is_granted(const Sql& sql) {
  try {
    connection_.run(sql, "look for busy rows");
    return true;
  } catch (const RowLocked&) {
    return false;
  }
}

}  // namespace frontrow::mysql

// Where exceptions end: the boundary of a thread, of a loop, or of a callback that a library of C calls.
//
// An exception that leaves a thread ends the process, and with it the sale. So the outermost call of each thread is contained: an
// exception of any type is counted, logged, and the loop goes on. Whoever contains work says what follows when it did not finish.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace frontrow {

// Within a catch block: counts the exception that is being handled and logs it. `where` names the loop.
void note_exception(std::string_view where) noexcept;

// How many have been noted since the process began. Thread safe.
std::uint64_t exceptions_noted() noexcept;

// True when `work` returned, false when it threw; the exception has been noted then.
template <class Work>
bool contained(std::string_view where, Work&& work) noexcept {
  try {
    std::forward<Work>(work)();
    return true;
  } catch (...) {
    note_exception(where);
    return false;
  }
}

}  // namespace frontrow

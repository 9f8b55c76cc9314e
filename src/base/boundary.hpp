// Where exceptions end: the boundary of a thread, of a loop, or of a callback that a library of C calls.
//
// An exception that leaves a thread ends the process, and with it the sale. So the outermost call of each thread is
// contained: an exception of any type is counted and logged, and the loop goes on. The caller decides how to go on when
// the work did not finish.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace frontrow {

// Within a catch block: counts the handled exception and logs it. `where` names the loop.
void note_exception(std::string_view where) noexcept;

// The number of exceptions noted since the process began. Thread safe.
std::uint64_t exceptions_noted() noexcept;

// True if `work` returned. False if it threw; then the exception has been noted.
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

// Where SQLite's result codes become the errors of the store port.
//
//   before COMMIT   constraint → ConstraintBroken; anything else → Unavailable, certainly nothing was changed
//   at COMMIT       disk full → Unavailable, certainly nothing was changed; anything else → Unavailable, outcome unknown
#pragma once

#include <sqlite3.h>

#include <string_view>

#include "ports/store.hpp"

namespace frontrow::sqlite {

// Names in Unavailable::component.
inline constexpr char kStore[] = "store";
inline constexpr char kStoreFull[] = "store-full";  // no space left: reads go on, and writes do again when there is space

// `code` is what a call on `db` has just returned, extended or not.
[[noreturn]] void throw_failure(sqlite3* db, int code, std::string_view doing);
[[noreturn]] void throw_commit_failure(sqlite3* db, int code);

}  // namespace frontrow::sqlite

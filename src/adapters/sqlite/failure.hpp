// Translates SQLite's result codes into the errors of the store port.
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
inline constexpr char kStoreFull[] = "store-full";  // no space left: reads go on, and writes work again when there is space

// `code` is the result of the last call on `db`, extended or not.
[[noreturn]] void throw_failure(sqlite3* db, int code, std::string_view doing);
[[noreturn]] void throw_commit_failure(sqlite3* db, int code);

}  // namespace frontrow::sqlite

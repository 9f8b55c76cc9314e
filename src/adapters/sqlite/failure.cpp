#include "adapters/sqlite/failure.hpp"

#include <string>

namespace frontrow::sqlite {

namespace {

std::string describe(sqlite3* db, int code, std::string_view doing) {
  std::string text{doing};
  text += ": ";
  text += sqlite3_errmsg(db);
  return text + " (" + std::to_string(code) + ")";
}

int primary(int code) { return code & 0xff; }

}  // namespace

void throw_failure(sqlite3* db, int code, std::string_view doing) {
  const std::string what = describe(db, code, doing);
  if (primary(code) == SQLITE_CONSTRAINT || primary(code) == SQLITE_MISMATCH) throw ConstraintBroken{what};
  throw Unavailable{primary(code) == SQLITE_FULL ? kStoreFull : kStore, what};
}

void throw_commit_failure(sqlite3* db, int code) {
  // A frame that finds no room is never the last one, with the commit mark. Any other failure (fsync, or the index
  // beside the WAL) may come after the commit mark was written: then it is rolled back now, but a recovery would find
  // it.
  if (primary(code) == SQLITE_FULL || primary(code) == SQLITE_BUSY || primary(code) == SQLITE_CONSTRAINT)
    throw_failure(db, code, "commit");
  throw Unavailable{kStore, describe(db, code, "commit"), true};
}

}  // namespace frontrow::sqlite

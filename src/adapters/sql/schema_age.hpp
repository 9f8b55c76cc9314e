// Which programs work on which database (docs/adr/0077).
//
// A step that only expands the schema leaves every older program at work. A step that takes something away names the oldest program
// that works without it. A program is named by the last step that it knows.
#pragma once

#include <string>

namespace frontrow::sql {

struct SchemaAge {
  int version = 0;         // the last step taken; 0: an empty database
  int oldest_program = 0;  // 0: every program
};

// Why a program that knows the steps up to `known` may not work on the database, in one sentence; empty if it may. An older
// database is no reason.
std::string too_new(const SchemaAge& schema, int known);

// Why a step that takes something away may not be taken while other programs work on the database; empty if it may. Programs of the
// database's present version, or older ones, may be at work.
std::string leap(const SchemaAge& schema, int step, int oldest_program);

}  // namespace frontrow::sql

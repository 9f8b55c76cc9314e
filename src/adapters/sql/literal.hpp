// Text of SQL that only a constant of the program becomes: no value can slip into a statement by way of it.
#pragma once

namespace frontrow::sql {

struct Literal {
  consteval Literal(const char* constant) : text(constant) {}
  const char* text;
};

}  // namespace frontrow::sql

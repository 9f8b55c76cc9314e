#include "adapters/sql/schema_age.hpp"

namespace frontrow::sql {

std::string too_new(const SchemaAge& schema, int known) {
  if (schema.version <= known || schema.oldest_program <= known) return {};
  return "the database is of version " + std::to_string(schema.version) + ", which needs a program that knows version " +
         std::to_string(schema.oldest_program) + ", and this program knows versions up to " + std::to_string(known) +
         ": use a newer frontrow";
}

std::string leap(const SchemaAge& schema, int step, int oldest_program) {
  if (schema.version == 0 || oldest_program <= schema.version) return {};
  return "step " + std::to_string(step) + " takes away what programs before version " + std::to_string(oldest_program) +
         " use, and the database is of version " + std::to_string(schema.version) +
         ": release a version between the two first, or stop every pod and run `frontrow migrate`";
}

}  // namespace frontrow::sql

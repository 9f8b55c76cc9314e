#include "adapters/sql/deeds.hpp"

namespace frontrow::sql {

DeedHead chain_deeds(WorkingSet& set, const DeedHead& head) {
  DeedHead last = head;
  for (Deed& deed : set.deeds) {
    deed.id = {last.last.value + 1};
    deed.previous = last.hash;
    deed.hash = hash_of(deed);
    last = {.last = deed.id, .hash = deed.hash};
  }
  return last;
}

Role role(std::string_view code) {
  const auto known = role_named(code);
  if (!known) refuse_code("role");
  return *known;
}

DeedKind deed_kind(std::string_view code) {
  for (const DeedKind kind : kDeedKinds)
    if (code == name_of(kind)) return kind;
  refuse_code("deed");
}

}  // namespace frontrow::sql

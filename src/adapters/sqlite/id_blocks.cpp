#include "adapters/sqlite/id_blocks.hpp"

#include <algorithm>

#include "adapters/sql/codes.hpp"
#include "adapters/sqlite/connection.hpp"

namespace frontrow::sqlite {

namespace {

// The mark above all ids below `next`.
std::int64_t mark_for(IdKind kind, std::int64_t mark, std::int64_t next) {
  if (!is_in_blocks(kind)) return next;
  return mark + (next - mark + kIdBlock - 1) / kIdBlock * kIdBlock;
}

}  // namespace

IdBlocks::IdBlocks(Connection& connection)
    : select_(connection, "SELECT next FROM id_blocks WHERE kind = ?1"),
      raise_(connection, "UPDATE id_blocks SET next = ?2 WHERE kind = ?1") {
  read();
}

void IdBlocks::read() {
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    Rows rows = select_.rows(code_of(static_cast<IdKind>(i)));
    CHECK(rows.next());
    const std::int64_t mark = rows.integer(0);
    kinds_[i] = {.next = mark, .mark = mark, .raised = mark};
  }
}

void IdBlocks::lend(const Keys& keys, WorkingSet& set) {
  for (std::size_t i = 0; i < kIdKinds; ++i) set.ids[i] = {.next = kinds_[i].next, .end = kinds_[i].next + keys.new_ids[i]};
}

void IdBlocks::record(const WorkingSet& set) {
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    Kind& kind = kinds_[i];
    kind.raised = kind.mark;
    if (set.ids[i].next <= kind.mark) continue;
    kind.raised = mark_for(static_cast<IdKind>(i), kind.mark, set.ids[i].next);
    raise_.run(code_of(static_cast<IdKind>(i)), kind.raised);
  }
}

void IdBlocks::committed(const WorkingSet& set) {
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    kinds_[i].next = set.ids[i].next;
    kinds_[i].mark = kinds_[i].raised;
  }
}

void IdBlocks::lost(const WorkingSet& set) {
  for (std::size_t i = 0; i < kIdKinds; ++i) kinds_[i].next = set.ids[i].next;
}

void IdBlocks::raise_marks() {
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    const auto kind = static_cast<IdKind>(i);
    if (is_in_blocks(kind)) raise_.run(code_of(kind), mark_for(kind, kinds_[i].mark, std::max(kinds_[i].next, kinds_[i].mark + 1)));
  }
}

}  // namespace frontrow::sqlite

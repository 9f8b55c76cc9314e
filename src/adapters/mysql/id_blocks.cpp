#include "adapters/mysql/id_blocks.hpp"

#include <algorithm>

#include "adapters/sql/codes.hpp"

namespace frontrow::mysql {

namespace {
constexpr std::int64_t kFew = 300;  // more than a batch takes of one kind
}  // namespace

bool wants_catalog(const Keys& keys) {
  for (std::size_t i = 0; i < kIdKinds; ++i)
    if (!is_in_blocks(static_cast<IdKind>(i)) && keys.new_ids[i] > 0) return true;
  return false;
}

void IdBlocks::provide(Connection& connection, const Keys& keys) {
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    const auto kind = static_cast<IdKind>(i);
    if (is_in_blocks(kind) && blocks_[i].end - blocks_[i].next < keys.new_ids[i])
      reserve(connection, kind, keys.new_ids[i], Mark::wait_for);
  }
}

void IdBlocks::provide_ahead(Connection& connection) {
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    const bool is_used = blocks_[i].end > 0;
    if (!is_used || blocks_[i].end - blocks_[i].next >= kFew) continue;
    try {
      reserve(connection, static_cast<IdKind>(i), kFew, Mark::must_be_free);
    } catch (const Contended&) {
      // Another writer is taking some: the next time is early enough.
    }
  }
}

void IdBlocks::reserve(Connection& connection, IdKind kind, std::int64_t count, Mark mark) {
  const std::int64_t size = std::max(kIdBlock, count);
  WriteTransaction transaction{connection};
  Sql sql;
  if (mark == Mark::must_be_free) {
    sql << "SELECT next FROM id_blocks WHERE kind = " << Code{code_of(kind)} << " FOR UPDATE NOWAIT";
    sql.end();
    connection.run(sql, "look whether ids can be taken");
    sql = {};
  }
  sql << "UPDATE id_blocks SET next = LAST_INSERT_ID(next) + " << size << " WHERE kind = " << Code{code_of(kind)};
  sql.end();
  const std::int64_t first = connection.ask(sql, "take a block of ids").insert_id();
  CHECK(first > 0);
  transaction.commit();
  IdRange& block = blocks_[static_cast<std::size_t>(kind)];
  if (block.end != first) block.next = first;  // another process had the next block: the rest of ours is skipped
  block.end = first + size;
}

void IdBlocks::lend(Connection& connection, const Keys& keys, WorkingSet& set) {
  for (std::size_t i = 0; i < kIdKinds; ++i) set.ids[i] = {.next = blocks_[i].next, .end = blocks_[i].next + keys.new_ids[i]};
  if (!wants_catalog(keys)) return;
  Sql sql;
  sql << "SELECT kind, next FROM id_blocks FORCE INDEX (PRIMARY) WHERE kind IN ('concert', 'schedule', 'seat', 'section')"
         " ORDER BY kind FOR UPDATE";
  sql.end();
  for (Rows rows = connection.ask(sql, "lock the catalog's ids"); rows.next();)
    for (std::size_t i = 0; i < kIdKinds; ++i)
      if (code_of(static_cast<IdKind>(i)) == rows.text(0))
        set.ids[i] = {.next = rows.integer(1), .end = rows.integer(1) + keys.new_ids[i]};
}

void IdBlocks::record(const WorkingSet& set, Sql& sql) const {
  for (std::size_t i = 0; i < kIdKinds; ++i) {
    const auto kind = static_cast<IdKind>(i);
    if (is_in_blocks(kind) || set.ids[i].end == 0) continue;  // the latter: not locked
    sql << "UPDATE id_blocks SET next = " << set.ids[i].next << " WHERE kind = " << Code{code_of(kind)};
    sql.end();
  }
}

void IdBlocks::taken(const WorkingSet& set) {
  for (std::size_t i = 0; i < kIdKinds; ++i)
    if (is_in_blocks(static_cast<IdKind>(i))) blocks_[i].next = set.ids[i].next;
}

}  // namespace frontrow::mysql

#include "adapters/mysql/forgetter.hpp"

#include "adapters/mysql/rows.hpp"
#include "adapters/sql/codes.hpp"

namespace frontrow::mysql {

namespace {

constexpr int kLooksPerDelete = 8;

void write_after(Sql& sql, const IdempotencyKey& key) {
  const std::int64_t operation = code_of(key.operation);
  sql << " WHERE owner > " << key.owner << " OR (owner = " << key.owner << " AND operation > " << operation
      << ") OR (owner = " << key.owner << " AND operation = " << operation << " AND key_hash > " << Bytes{key.hash} << ")";
}

}  // namespace

int Forgetter::forget(Connection& connection, TimePoint before, int limit) {
  const int looks = limit * kLooksPerDelete;
  WriteTransaction transaction{connection};
  Sql find;
  find << "SELECT " << kIdempotencyColumns << " FROM idempotency FORCE INDEX (PRIMARY)";
  if (place_) write_after(find, *place_);
  find << " ORDER BY owner, operation, key_hash LIMIT " << looks;
  find.end();
  std::vector<IdempotencyKey> old;
  std::optional<IdempotencyKey> place = place_;
  int looked_at = 0;
  for (Rows rows = connection.ask(find, "look for old keys"); static_cast<int>(old.size()) < limit && rows.next(); ++looked_at) {
    const IdempotencyRecord record = read_idempotency(rows);
    place = record.key;
    if (record.created_at < before) old.push_back(record.key);
  }
  if (looked_at < looks && static_cast<int>(old.size()) < limit) place.reset();  // the end: start over
  if (!old.empty()) {
    Sql sql;
    in_stretches(old, [&](auto stretch) {  // the writer's time is not spent on waiting for such a row
      sql << "SELECT 1 FROM idempotency FORCE INDEX (PRIMARY) WHERE ";
      write_keys(sql, stretch);
      sql << " FOR UPDATE NOWAIT";
      sql.end();
      sql << "DELETE idempotency FROM idempotency FORCE INDEX (PRIMARY) WHERE ";
      write_keys(sql, stretch);
      sql.end();
    });
    connection.run(sql, "delete old keys");
    transaction.commit();
  }
  place_ = place;
  return static_cast<int>(old.size());
}

}  // namespace frontrow::mysql

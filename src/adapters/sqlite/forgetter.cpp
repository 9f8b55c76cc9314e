#include "adapters/sqlite/forgetter.hpp"

#include <algorithm>
#include <vector>

#include "adapters/sqlite/connection.hpp"

namespace frontrow::sqlite {

namespace {
constexpr int kLooksPerDelete = 8;
}

Forgetter::Forgetter(Connection& connection)
    : connection_(connection),
      next_(connection,
            "SELECT owner, operation, key_hash, created_at FROM idempotency"
            " WHERE (owner, operation, key_hash) > (?1, ?2, ?3) ORDER BY owner, operation, key_hash LIMIT ?4"),
      delete_(connection, "DELETE FROM idempotency WHERE owner = ?1 AND operation = ?2 AND key_hash = ?3") {}

int Forgetter::forget(TimePoint before, int limit) {
  std::vector<Place> old;
  Place place = place_;
  {
    const int looks = limit * kLooksPerDelete;
    int looked_at = 0;
    Rows rows = next_.rows(place_.owner, place_.operation, Bytes{place_.hash}, looks);
    while (static_cast<int>(old.size()) < limit && rows.next()) {
      ++looked_at;
      place = {.owner = rows.integer(0), .operation = rows.integer(1)};
      std::ranges::copy(rows.bytes(2).first(place.hash.size()), place.hash.begin());
      if (rows.time(3) < before) old.push_back(place);
    }
    if (looked_at < looks && static_cast<int>(old.size()) < limit) place = {};  // the end of the table: start over
  }
  if (!old.empty()) {
    WriteTransaction transaction{connection_};
    for (const Place& key : old) delete_.run(key.owner, key.operation, Bytes{key.hash});
    transaction.commit();
  }
  place_ = place;
  return static_cast<int>(old.size());
}

}  // namespace frontrow::sqlite

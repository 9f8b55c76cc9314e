#include "adapters/mysql/batch_log.hpp"

#include <cstring>

#include "adapters/mysql/failure.hpp"
#include "base/boundary.hpp"
#include "base/random.hpp"

namespace frontrow::mysql {

namespace {
constexpr std::size_t kTrimAt = 256;
}  // namespace

BatchId BatchLog::new_id() {
  std::array<std::byte, sizeof(std::int64_t)> dice;
  fill_secret(dice);
  BatchId id;
  std::memcpy(&id.value, dice.data(), sizeof id.value);
  return id;
}

// The row is there. It belongs to the batch, or to an insert of ours whose own commit was not answered.
BatchLog::Fate BatchLog::whose(Connection& connection, BatchId id) {
  Sql sql;
  sql << "SELECT at FROM batch_log WHERE id = " << id.value;
  sql.end();
  Rows rows = connection.ask(sql, "settle a batch");
  if (!rows.next()) throw Unavailable{kStore, "a batch's row in batch_log came and went"};
  return rows.integer(0) < 0 ? Fate::rolled_back : Fate::committed;
}

BatchLog::Fate BatchLog::settle(Session& session, BatchId id) {
  return at_edge([&] { return ask(session, id); });
}

BatchLog::Fate BatchLog::ask(Session& session, BatchId id) {
  session.drop();  // the rest of the old connection must not be used
  Connection& connection = session.ready();
  WriteTransaction transaction{connection};
  Sql sql;
  // The time is negative in a row that settled its batch.
  sql << "INSERT INTO batch_log (id, at) VALUES (" << id.value << ", -CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED))";
  sql.end();
  try {
    connection.run(sql, "settle a batch");
  } catch (const ConstraintBroken&) {
    return whose(connection, id);
  }  // Contended: the batch is still under way
  transaction.commit();
  return Fate::rolled_back;
}

// After the commit nothing may fail any more: a row that is forgotten here stays.
void BatchLog::done(BatchId id) noexcept {
  contained("log of batches", [&] { done_.push_back(id.value); });
}

void BatchLog::trim(Connection& connection) {
  if (done_.size() < kTrimAt) return;
  WriteTransaction transaction{connection};
  Sql sql;
  in_stretches(done_, [&](auto stretch) {
    sql << "DELETE batch_log FROM batch_log FORCE INDEX (PRIMARY) WHERE id IN " << List{stretch};
    sql.end();
  });
  connection.run(sql, "trim the batch log");
  transaction.commit();
  done_.clear();
}

}  // namespace frontrow::mysql

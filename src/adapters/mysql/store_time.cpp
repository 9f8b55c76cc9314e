#include "adapters/mysql/store_time.hpp"

#include "adapters/mysql/pool.hpp"

namespace frontrow::mysql {

TimePoint database_time(Pool& pool) {
  const StoreTime time{nullptr};
  Sql sql;
  sql << "SELECT ";
  time.write(sql);
  sql.end();
  return read_from(pool, [&](Connection& connection) {
    Rows rows = connection.ask(sql, "read the time");
    return rows.next() ? rows.time(0) : TimePoint{};
  });
}

}  // namespace frontrow::mysql

#include "adapters/mysql/due_holds.hpp"

namespace frontrow::mysql {

namespace {

class MysqlDueHolds final : public DueHolds {
 public:
  explicit MysqlDueHolds(std::shared_ptr<Pool> readers) : readers_(std::move(readers)) {}
  std::vector<ReservationId> due(TimePoint now, int limit) override {
    Sql sql;
    sql << "SELECT id FROM reservations FORCE INDEX (idx_due_holds) WHERE due_at <= " << now << " ORDER BY due_at LIMIT " << limit;
    sql.end();
    return read_from(*readers_, [&](Connection& connection) {
      std::vector<ReservationId> found;
      for (Rows rows = connection.ask(sql, "find holds that are over"); rows.next();) found.push_back(rows.id<ReservationId>(0));
      return found;
    });
  }

 private:
  const std::shared_ptr<Pool> readers_;
};

}  // namespace

std::unique_ptr<DueHolds> open_due_holds(std::shared_ptr<Pool> readers) {
  return std::make_unique<MysqlDueHolds>(std::move(readers));
}

}  // namespace frontrow::mysql

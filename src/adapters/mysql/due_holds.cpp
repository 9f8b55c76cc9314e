#include "adapters/mysql/due_holds.hpp"

#include <algorithm>

namespace frontrow::mysql {

namespace {

// A hold that was over so long ago, and was not there, does not come any more: it would have to be committed that late.
constexpr Duration kSettled = std::chrono::minutes{2};
constexpr Duration kLookBack = std::chrono::minutes{10};
constexpr Duration kLookBackEvery = std::chrono::minutes{1};

// An old snapshot keeps the index entries of holds that have ended. So each search begins at the oldest hold that was due before.
class MysqlDueHolds final : public DueHolds {
 public:
  explicit MysqlDueHolds(std::shared_ptr<Pool> readers) : readers_(std::move(readers)) {}
  std::vector<ReservationId> due(TimePoint now, int limit) override {
    Sql sql;
    sql << "SELECT id, due_at FROM reservations FORCE INDEX (idx_due_holds) WHERE due_at >= " << begin(now)
        << " AND due_at <= " << now << " ORDER BY due_at LIMIT " << limit;
    sql.end();
    return read_from(*readers_, [&](Connection& connection) {
      std::vector<ReservationId> found;
      TimePoint oldest = now;
      for (Rows rows = connection.ask(sql, "find holds that are over"); rows.next(); found.push_back(rows.id<ReservationId>(0)))
        oldest = std::min(oldest, rows.time(1));
      from_ = std::max(from_, std::min(oldest, now - kSettled));
      return found;
    });
  }

 private:
  TimePoint begin(TimePoint now) {
    if (now < look_back_at_) return from_;
    look_back_at_ = now + kLookBackEvery;
    return std::max(TimePoint{}, from_ - kLookBack);
  }

  const std::shared_ptr<Pool> readers_;
  TimePoint from_{};  // older holds have ended
  TimePoint look_back_at_{};
};

}  // namespace

std::unique_ptr<DueHolds> open_due_holds(std::shared_ptr<Pool> readers) {
  return std::make_unique<MysqlDueHolds>(std::move(readers));
}

}  // namespace frontrow::mysql

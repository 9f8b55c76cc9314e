// Writes the changes of a batch, a statement for each table however many rows: the catalog, endings before beginnings, then the
// rows that point to a reservation, and the schedules last, by id: their versions and their other changes. Rows of a table in order
// of their keys.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

// A batch's row in batch_log.
struct BatchId {
  std::int64_t value = 0;
};

// Writes a statement that locks the rows of these schedules without waiting.
void lock_schedules(Sql& sql, std::span<const ScheduleId> schedules);

class Writer {
 public:
  // `must_not_wait`: for the version of a seat map that another session has kept locked for a while.
  Writer(Connection& connection, WorkingSet& set, bool must_not_wait)
      : connection_(connection), set_(set), must_not_wait_(must_not_wait) {}

  // Inside a transaction that holds the locks; `before` goes first. Fills in set.versions. Throws ConstraintBroken when the schema
  // forbids something, or a reservation would leave its state twice; RowLocked when the line for a version does not move.
  void write(Sql before, BatchId batch);

 private:
  void write_endings();
  void write_reservations();
  void write_payments();
  void write_seats();
  void write_points();
  void write_keys();
  void write_subjects();
  void write_queues();
  void write_events();
  void write_versions();
  void write_schedules();
  void write_catalog_version();
  std::vector<ScheduleId> read_versions();  // returns the dates whose number of available seats is of another version
  void recount(const std::vector<ScheduleId>& schedules);
  void expect(std::int64_t touched, const char* otherwise);
  void expect_unless_overtaken(std::int64_t touched);
  void check_expectations(const std::vector<Rows>& results);

  struct Expectation {
    std::size_t statement;
    std::int64_t touched;
    const char* otherwise;
  };

  Connection& connection_;
  WorkingSet& set_;
  const bool must_not_wait_;
  Sql sql_;
  std::vector<Expectation> expectations_, expected_unless_overtaken_;
  std::size_t version_statement_ = 0;  // that raises the only version
};

}  // namespace frontrow::mysql

// Writes what a batch has changed, a statement for each table however many rows: the catalog, endings before beginnings, then what
// points to a reservation, and the schedules last, by id: their versions, and what else has changed of them. Rows of a table in
// order of their keys.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

// A batch's row in batch_log.
struct BatchId {
  std::int64_t value = 0;
};

class Writer {
 public:
  Writer(Connection& connection, WorkingSet& set) : connection_(connection), set_(set) {}

  // Inside a transaction that holds the locks; `before` goes first. Fills in set.versions. Throws ConstraintBroken when the schema
  // forbids something, or a reservation would leave its state twice.
  void write(Sql before, BatchId batch);

 private:
  void write_endings();
  void write_reservations();
  void write_payments();
  void write_seats();
  void write_points();
  void write_keys();
  void write_queues();
  void write_events();
  void write_versions();
  void write_schedules();
  void read_versions();
  void expect(std::int64_t touched, const char* otherwise);
  void expect_dates(std::int64_t touched);
  void check_expectations(const std::vector<Rows>& results);

  struct Expectation {
    std::size_t statement;
    std::int64_t touched;
    const char* otherwise;
  };

  Connection& connection_;
  WorkingSet& set_;
  Sql sql_;
  std::vector<Expectation> expectations_, expected_dates_;
  std::size_t version_statement_ = 0;  // that raises the only version
};

}  // namespace frontrow::mysql

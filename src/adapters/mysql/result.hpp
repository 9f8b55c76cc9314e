// The result of one statement: rows, or the number of touched rows. Rows are read whole before the next statement is sent.
#pragma once

#include <mysql.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "adapters/sql/row.hpp"

namespace frontrow::mysql {

class Rows : public sql::Row<Rows> {
 public:
  Rows(MYSQL_RES* result, std::int64_t touched, std::int64_t insert_id)
      : result_(result), touched_(touched), insert_id_(insert_id) {}

  bool next();
  int columns() const { return static_cast<int>(mysql_num_fields(result_.get())); }
  std::int64_t integer(int column) const;  // null: 0
  bool is_null(int column) const { return row_[column] == nullptr; }
  // As long as these Rows.
  std::string_view text(int column) const;
  std::span<const std::byte> bytes(int column) const { return std::as_bytes(std::span{text(column)}); }

  std::int64_t touched() const { return touched_; }      // rows an UPDATE or DELETE found, changed or not
  std::int64_t insert_id() const { return insert_id_; }  // the first a statement was given, or what it said by LAST_INSERT_ID(x)

 private:
  struct Free {
    void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
  };
  std::unique_ptr<MYSQL_RES, Free> result_;  // null: the statement returns no rows
  MYSQL_ROW row_ = nullptr;
  unsigned long* lengths_ = nullptr;
  std::int64_t touched_;
  std::int64_t insert_id_;
};

}  // namespace frontrow::mysql

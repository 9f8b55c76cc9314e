// A prepared statement and its rows. Prepared once, run many times; not thread safe, like its connection.
//
//   select_.rows(user)                      arguments become ?1, ?2 …: ids, times, points, integers, text, bytes, optionals of
//   those update_.run(text, id)                   for what returns no rows
//
// Text and bytes are not copied: they must stay valid until run() returns, or until the Rows are destroyed.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "adapters/sql/row.hpp"

namespace frontrow::sqlite {

using namespace sql;  // code that both stores share reads like a store's own

class Connection;
class Statement;

using Bytes = std::span<const std::byte>;

// The rows of one run. Destroying them frees the statement for the next run.
class Rows : public Row<Rows> {
 public:
  explicit Rows(Statement& statement);
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next();
  int columns() const { return sqlite3_column_count(raw_); }
  std::int64_t integer(int column) const { return sqlite3_column_int64(raw_, column); }
  bool is_null(int column) const { return sqlite3_column_type(raw_, column) == SQLITE_NULL; }
  // Valid until the next call of next().
  std::string_view text(int column) const;
  Bytes bytes(int column) const;

 private:
  Statement& statement_;
  sqlite3_stmt* const raw_;
};

class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  template <class... Args>
  void run(const Args&... args) {
    bind_all(args...);
    run_to_end();
  }
  template <class... Args>
  [[nodiscard]] Rows rows(const Args&... args) {
    bind_all(args...);
    return Rows{*this};
  }

 private:
  friend class Rows;

  template <class... Args>
  void bind_all(const Args&... args) {
    [[maybe_unused]] int at = 0;
    (bind(++at, args), ...);
  }
  template <std::integral T>
  void bind(int at, T value) {
    check(sqlite3_bind_int64(raw_, at, value));
  }
  template <class Tag>
  void bind(int at, StrongId<Tag> id) {
    bind(at, id.value);
  }
  void bind(int at, Points points) { bind(at, points.value); }
  void bind(int at, TimePoint time) { bind(at, time.time_since_epoch().count()); }
  void bind(int at, std::nullopt_t) { check(sqlite3_bind_null(raw_, at)); }
  void bind(int at, std::string_view text);
  void bind(int at, Bytes bytes);
  template <class T>
  void bind(int at, const std::optional<T>& value) {
    if (value)
      bind(at, *value);
    else
      bind(at, std::nullopt);
  }

  void check(int code);
  void run_to_end();
  bool step();

  sqlite3_stmt* raw_ = nullptr;
};

}  // namespace frontrow::sqlite

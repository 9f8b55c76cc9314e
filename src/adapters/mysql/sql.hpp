// One or more statements of SQL as text, with values rendered into it.
//
//   sql << "SELECT id FROM seats WHERE id IN " << List{seats} << " ORDER BY id";
//   sql.end();
//
// A part that is not a value must be a string literal of ours: other text does not compile. Text and bytes are rendered in
// hexadecimal, so there is nothing to escape, whatever the session's mode.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sql/literal.hpp"
#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "domain/money.hpp"

namespace frontrow::mysql {

using namespace sql;  // code that both stores share reads like a store's own

struct Text {  // UTF-8
  std::string_view value;
};
struct Bytes {
  std::span<const std::byte> value;
};
// One of the words of adapters/sql/codes.hpp: capitals and underscores, checked.
struct Code {
  std::string_view word;
};
// (1, 2, 3); not empty.
template <class Id>
struct List {
  std::span<const Id> ids;
};
template <class Id>
List(const std::vector<Id>&) -> List<Id>;
template <class Id>
List(std::span<const Id>) -> List<Id>;

class Sql {
 public:
  Sql& operator<<(Literal literal) {
    text_ += literal.text;
    return *this;
  }
  template <std::integral T>
  Sql& operator<<(T value) {
    return integer(static_cast<std::int64_t>(value));
  }
  template <class Tag>
  Sql& operator<<(StrongId<Tag> id) {
    return integer(id.value);
  }
  Sql& operator<<(Points points) { return integer(points.value); }
  Sql& operator<<(TimePoint time) { return integer(time.time_since_epoch().count()); }
  Sql& operator<<(Text text);
  Sql& operator<<(Bytes bytes);
  Sql& operator<<(Code code);
  template <class T>
  Sql& operator<<(const std::optional<T>& value) {
    return value ? *this << *value : *this << "NULL";
  }
  template <class Id>
  Sql& operator<<(List<Id> list) {
    char before = '(';
    for (const Id& id : list.ids) {
      text_ += before;
      *this << id;
      before = ',';
    }
    text_ += ')';
    return *this;
  }
  // (a, b, c)
  template <class... Values>
  Sql& row(const Values&... values) {
    char before = '(';
    ((text_ += before, *this << values, before = ','), ...);
    text_ += ')';
    return *this;
  }

  void end();                     // of a statement
  void append(const Sql& other);  // whole statements
  bool is_empty() const { return ends_.empty(); }
  std::string_view text() const { return text_; }
  std::span<const std::size_t> ends() const { return ends_; }  // of each statement, in text()
  // A migration's file: statements of ours in one text.
  static Sql script(std::string_view file);

 private:
  Sql& integer(std::int64_t value);
  void hexadecimal(std::span<const std::byte> bytes);

  std::string text_;
  std::vector<std::size_t> ends_;
};

// A statement names at most this many keys or rows, so that none is slow and no optimizer has second thoughts about a long list
// (MariaDB turns an IN of 1,000 into a join).
inline constexpr std::size_t kRowsPerStatement = 500;

// Calls `write(stretch)` for each stretch of at most kRowsPerStatement.
template <class Item, class Write>
void in_stretches(const std::vector<Item>& items, Write write) {
  for (std::size_t at = 0; at < items.size(); at += kRowsPerStatement)
    write(std::span{items}.subspan(at, std::min(kRowsPerStatement, items.size() - at)));
}

// INSERT INTO … VALUES row, row, … `tail`. `write_row(sql, item)` renders one row.
template <class Item, class WriteRow>
void insert_rows(Sql& sql, Literal head, const std::vector<Item>& items, WriteRow write_row, Literal tail = "") {
  in_stretches(items, [&](std::span<const Item> stretch) {
    sql << head;
    bool is_first = true;
    for (const Item& item : stretch) {
      if (!is_first) sql << ",";
      is_first = false;
      write_row(sql, item);
    }
    sql << tail;
    sql.end();
  });
}

}  // namespace frontrow::mysql

// The row a result stands at, as values of the domain. A store's `Rows` derives from Row<Rows>; it has integer(), text(), bytes()
// and is_null() of a column, where null is 0 and empty text, and columns(), which is their number.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "domain/money.hpp"

namespace frontrow::sql {

// Becomes the kind of id it is assigned to.
struct AnyId {
  std::int64_t value;
  template <class Tag>
  operator StrongId<Tag>() const {
    return {value};
  }
};

template <class Rows>
class Row {
 public:
  int small(int column) const { return static_cast<int>(integer_of(column)); }
  template <class Id>
  Id id(int column) const {
    return Id{integer_of(column)};
  }
  AnyId id(int column) const { return {integer_of(column)}; }
  Points points(int column) const { return {integer_of(column)}; }
  TimePoint time(int column) const { return TimePoint{Duration{integer_of(column)}}; }  // null: the epoch
  std::optional<TimePoint> maybe_time(int column) const {
    return static_cast<const Rows&>(*this).is_null(column) ? std::nullopt : std::optional{time(column)};
  }

 private:
  std::int64_t integer_of(int column) const { return static_cast<const Rows&>(*this).integer(column); }
};

}  // namespace frontrow::sql

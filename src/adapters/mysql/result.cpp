#include "adapters/mysql/result.hpp"

#include <charconv>

#include "ports/unavailable.hpp"

namespace frontrow::mysql {

bool Rows::next() {
  if (!result_) return false;
  row_ = mysql_fetch_row(result_.get());
  if (row_ == nullptr) return false;
  lengths_ = mysql_fetch_lengths(result_.get());
  return true;
}

std::string_view Rows::text(int column) const {
  if (is_null(column)) return {};
  return {row_[column], lengths_[column]};
}

std::int64_t Rows::integer(int column) const {
  const std::string_view digits = text(column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  // Another release may have made something else of the column.
  if (error != std::errc{} && !digits.empty()) throw Unavailable{"store", "a column that should hold a whole number does not"};
  return value;
}

}  // namespace frontrow::mysql

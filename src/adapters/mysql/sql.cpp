#include "adapters/mysql/sql.hpp"

#include <algorithm>
#include <charconv>

#include "base/check.hpp"

namespace frontrow::mysql {

Sql& Sql::integer(std::int64_t value) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  text_.append(digits, end);
  return *this;
}

void Sql::hexadecimal(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  text_ += "x'";
  for (const std::byte byte : bytes) {
    text_ += kDigits[std::to_integer<unsigned>(byte) >> 4];
    text_ += kDigits[std::to_integer<unsigned>(byte) & 15];
  }
  text_ += '\'';
}

Sql& Sql::operator<<(Text text) {
  text_ += "_utf8mb4 ";
  hexadecimal(std::as_bytes(std::span{text.value}));
  return *this;
}

Sql& Sql::operator<<(Bytes bytes) {
  hexadecimal(bytes.value);
  return *this;
}

Sql& Sql::operator<<(Code code) {
  CHECK(std::ranges::all_of(code.word, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }));
  text_.append("'").append(code.word).append("'");
  return *this;
}

void Sql::end() {
  text_ += ';';
  ends_.push_back(text_.size());
}

void Sql::append(const Sql& other) {
  for (const std::size_t end : other.ends_) ends_.push_back(text_.size() + end);
  text_ += other.text_;
}

Sql Sql::script(std::string_view file) {
  Sql sql;
  sql.text_ = file;
  sql.ends_.push_back(file.size());
  return sql;
}

}  // namespace frontrow::mysql

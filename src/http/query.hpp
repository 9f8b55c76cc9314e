// The query of a request target, percent-decoded strictly.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/strong_id.hpp"
#include "domain/error.hpp"
#include "http/field_reader.hpp"

namespace frontrow::http {

class Query {
 public:
  static constexpr std::size_t kMaxParameters = 16;

  // `raw` is the text after '?'. Refuses validation_failed for an invalid escape, a control character, invalid UTF-8,
  // an empty or repeated name, or more than kMaxParameters. '+' is a blank, as browsers send it.
  Result<void> parse(std::string_view raw);

  std::optional<std::string_view> find(std::string_view name) const;

 private:
  struct Parameter {
    std::string_view name, value;  // views into text_
  };
  std::array<Parameter, kMaxParameters> parameters_;
  std::size_t count_ = 0;
  std::string text_;
};

// Reads parameters as FieldReader reads fields: complaints are collected, an absent parameter gives nothing. Bounds are
// included.
class QueryReader {
 public:
  QueryReader(const Query& query, FieldErrors& errors) : query_(query), errors_(errors) {}

  std::optional<std::int64_t> optional_int(std::string_view name, std::int64_t min, std::int64_t max);
  template <class Id>
  std::optional<Id> optional_id(std::string_view name) {
    const auto value = optional_int(name, 1, kMaxId);
    return value ? std::optional<Id>{Id{*value}} : std::nullopt;
  }
  std::optional<bool> optional_bool(std::string_view name);
  std::optional<std::string_view> optional_string(std::string_view name, std::size_t min, std::size_t max);

 private:
  const Query& query_;
  FieldErrors& errors_;
};

}  // namespace frontrow::http

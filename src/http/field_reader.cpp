#include "http/field_reader.hpp"

#include <fmt/format.h>

#include "http/name_text.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kMaxBytesPerCharacter = 16;
constexpr const char* kTimeReason = "must be a time like 2026-07-01T10:00:00.000Z";

}  // namespace

void FieldReader::fail(std::string_view name, std::string reason) { errors_.add(path(name), std::move(reason)); }

std::string FieldReader::path(std::string_view name) const {
  if (parent_ == nullptr) return std::string(name);
  std::string whole = parent_->path(name_);
  if (index_) whole += fmt::format("[{}]", *index_);
  if (!name.empty()) {
    whole += '.';
    whole += name;
  }
  return whole;
}

std::optional<JsonView> FieldReader::find(std::string_view name) const {
  auto value = object_.find(name);
  if (value && value->is_null()) value.reset();
  return value;
}

std::optional<JsonView> FieldReader::required(std::string_view name) {
  auto value = find(name);
  if (!value) fail(name, "is required");
  return value;
}

std::optional<std::int64_t> FieldReader::read_int(std::string_view name, JsonView value, std::int64_t min, std::int64_t max) {
  if (value.kind() == JsonKind::integer && value.integer() >= min && value.integer() <= max) return value.integer();
  fail(name, fmt::format("must be an integer from {} to {}", min, max));
  return {};
}

std::optional<std::string> FieldReader::read_string(std::string_view name, JsonView value, std::size_t min, std::size_t max) {
  if (value.kind() == JsonKind::string) {
    // The length counts in the name's one form. A text that is much longer is refused without a look.
    const auto clean = value.string().size() > kMaxBytesPerCharacter * max
                           ? std::expected<std::string, const char*>(std::string(value.string()))
                           : clean_name(value.string());
    if (!clean && !value.string().empty()) {
      fail(name, clean.error());
      return {};
    }
    const std::size_t length = clean ? count_code_points(*clean) : 0;
    if (length >= min && length <= max) return *clean;
  }
  fail(name, fmt::format("must be a string of {} to {} characters", min, max));
  return {};
}

std::optional<bool> FieldReader::read_bool(std::string_view name, JsonView value) {
  if (value.kind() == JsonKind::boolean) return value.boolean();
  fail(name, "must be true or false");
  return {};
}

std::optional<TimePoint> FieldReader::read_time(std::string_view name, JsonView value) {
  if (value.kind() == JsonKind::string) {
    if (const auto time = parse_iso8601(value.string())) return time;
  }
  fail(name, kTimeReason);
  return {};
}

std::int64_t FieldReader::required_int(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto value = required(name);
  return value ? read_int(name, *value, min, max).value_or(0) : 0;
}

std::optional<std::int64_t> FieldReader::optional_int(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto value = find(name);
  return value ? read_int(name, *value, min, max) : std::nullopt;
}

std::string FieldReader::required_string(std::string_view name, std::size_t min, std::size_t max) {
  const auto value = required(name);
  return value ? read_string(name, *value, min, max).value_or("") : "";
}

std::optional<std::string> FieldReader::optional_string(std::string_view name, std::size_t min, std::size_t max) {
  const auto value = find(name);
  return value ? read_string(name, *value, min, max) : std::nullopt;
}

bool FieldReader::required_bool(std::string_view name) {
  const auto value = required(name);
  return value && read_bool(name, *value).value_or(false);
}

std::optional<bool> FieldReader::optional_bool(std::string_view name) {
  const auto value = find(name);
  return value ? read_bool(name, *value) : std::nullopt;
}

TimePoint FieldReader::required_time(std::string_view name) {
  const auto value = required(name);
  return value ? read_time(name, *value).value_or(TimePoint{}) : TimePoint{};
}

std::optional<TimePoint> FieldReader::optional_time(std::string_view name) {
  const auto value = find(name);
  return value ? read_time(name, *value) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> FieldReader::optional_ints(std::string_view name, std::int64_t min, std::int64_t max,
                                                                    std::size_t max_count) {
  const auto value = find(name);
  if (!value) return {};
  if (value->kind() != JsonKind::array || value->size() > max_count) {
    fail(name, fmt::format("must be an array of at most {} integers", max_count));
    return {};
  }
  std::vector<std::int64_t> numbers;
  numbers.reserve(value->size());
  value->for_each([&](JsonView element) {
    const std::string element_name = fmt::format("{}[{}]", name, numbers.size());
    numbers.push_back(read_int(element_name, element, min, max).value_or(0));
  });
  return numbers;
}

bool FieldReader::has_some(std::string_view name) const {
  const auto value = find(name);
  return value && (value->kind() != JsonKind::array || value->size() > 0);
}

bool FieldReader::optional_object(std::string_view name, const Visit& fn) {
  const auto value = find(name);
  if (!value) return false;
  if (value->kind() != JsonKind::object) {
    fail(name, "must be an object");
    return false;
  }
  FieldReader inner{*value, *this, name, std::nullopt};
  fn(inner);
  return true;
}

void FieldReader::objects(std::string_view name, std::size_t min_count, std::size_t max_count, const Visit& fn) {
  const auto value = min_count > 0 ? required(name) : find(name);
  if (!value) return;
  if (value->kind() != JsonKind::array || value->size() < min_count || value->size() > max_count) {
    fail(name, fmt::format("must be an array of {} to {} objects", min_count, max_count));
    return;
  }
  std::size_t index = 0;
  value->for_each([&](JsonView element) {
    FieldReader inner{element, *this, name, index++};
    if (element.kind() == JsonKind::object) {
      fn(inner);
    } else {
      inner.fail("", "must be an object");
    }
  });
}

}  // namespace frontrow::http

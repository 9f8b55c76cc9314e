// Reads a JSON object into the fields that a handler needs. It collects every complaint instead of stopping at the
// first.
//
//   FieldErrors errors;
//   FieldReader in{object, errors};
//   const auto user = in.required_id<UserId>("userId");
//   in.objects("schedules", 1, 100, [&](FieldReader& schedule) { … schedule.required_time("startsAt") … });
//   if (!errors.empty()) return errors.refusal();   // VALIDATION_FAILED, errors:[{field:"schedules[0].startsAt",reason:…}]
//
// An absent optional field and an explicit null are the same. Unknown fields are ignored. After a complaint the
// returned value is the default of its type.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "domain/error.hpp"
#include "http/json_reader.hpp"

namespace frontrow::http {

class FieldErrors {
 public:
  static constexpr std::size_t kMost = 20;  // further complaints are dropped

  void add(std::string field, std::string reason) {
    if (errors_.size() < kMost) errors_.push_back({std::move(field), std::move(reason)});
  }
  void add(std::vector<FieldError> found) {
    for (FieldError& error : found) add(std::move(error.field), std::move(error.reason));
  }
  bool empty() const { return errors_.empty(); }
  std::unexpected<Refusal> refusal() { return refuse(Refusal{.code = ErrorCode::validation_failed, .errors = std::move(errors_)}); }

 private:
  std::vector<FieldError> errors_;
};

class FieldReader {
 public:
  // `object` must be a JSON object.
  FieldReader(JsonView object, FieldErrors& errors) : object_(object), errors_(errors) {}

  bool has(std::string_view name) const { return find(name).has_value(); }
  // True if the member is there, even as null: a change needs to know what it clears and what it leaves as it is.
  bool mentions(std::string_view name) const { return object_.find(name).has_value(); }
  // True if the member is there and no empty array: generated clients send an empty array for a field that they leave
  // out.
  bool has_some(std::string_view name) const;
  void fail(std::string_view name, std::string reason);

  // Bounds are included.
  std::int64_t required_int(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_int(std::string_view name, std::int64_t min, std::int64_t max);
  template <class Id>
  Id required_id(std::string_view name) {
    return Id{required_int(name, 1, kMaxId)};
  }
  template <class Id>
  std::optional<Id> optional_id(std::string_view name) {
    const auto value = optional_int(name, 1, kMaxId);
    return value ? std::optional<Id>{Id{*value}} : std::nullopt;
  }
  // Names (http/name_text.hpp) in their one form; lengths are its code points.
  std::string required_string(std::string_view name, std::size_t min, std::size_t max);
  std::optional<std::string> optional_string(std::string_view name, std::size_t min, std::size_t max);
  bool required_bool(std::string_view name);
  std::optional<bool> optional_bool(std::string_view name);
  TimePoint required_time(std::string_view name);
  std::optional<TimePoint> optional_time(std::string_view name);

  // An array of integers in [min, max], at most `max_count` of them; nothing when absent.
  std::optional<std::vector<std::int64_t>> optional_ints(std::string_view name, std::int64_t min, std::int64_t max,
                                                         std::size_t max_count);

  using Visit = std::function<void(FieldReader&)>;
  // Calls fn for the object, if it is there.
  bool optional_object(std::string_view name, const Visit& fn);
  // Calls fn for each element of an array of `min_count` to `max_count` objects; an absent array counts as empty.
  void objects(std::string_view name, std::size_t min_count, std::size_t max_count, const Visit& fn);

 private:
  FieldReader(JsonView object, const FieldReader& parent, std::string_view name, std::optional<std::size_t> index)
      : object_(object), errors_(parent.errors_), parent_(&parent), name_(name), index_(index) {}

  std::optional<JsonView> find(std::string_view name) const;  // null counts as absent
  std::optional<JsonView> required(std::string_view name);
  std::string path(std::string_view name) const;

  std::optional<std::int64_t> read_int(std::string_view name, JsonView value, std::int64_t min, std::int64_t max);
  std::optional<std::string> read_string(std::string_view name, JsonView value, std::size_t min, std::size_t max);
  std::optional<bool> read_bool(std::string_view name, JsonView value);
  std::optional<TimePoint> read_time(std::string_view name, JsonView value);

  JsonView object_;
  FieldErrors& errors_;
  const FieldReader* parent_ = nullptr;
  std::string_view name_;
  std::optional<std::size_t> index_;
};

}  // namespace frontrow::http

// The log for the operator: an entry is one line with a message and named values, on standard error.
//
// There are two formats: `console` for people, and `json` for machines, with the names of the Elastic Common Schema
// (docs/reference/log.md). With any value, an entry stays one line of valid UTF-8. The log never throws. It does not know which
// values are secret: never log tickets or keys.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <limits>
#include <string_view>
#include <utility>
#include <variant>

#include "base/log_fields.hpp"
#include "base/strong_id.hpp"

namespace frontrow {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
enum class LogFormat : std::uint8_t { console, json };

struct LogOptions {
  LogFormat format = LogFormat::console;
  LogLevel level = LogLevel::info;
  std::string_view version{};   // of this program, for service.version
  std::ostream* out = nullptr;  // null = standard error, coloured on a terminal; another stream must outlive its use
};

// Thread safe; entries under way are still written to the old target.
void configure_log(const LogOptions& options);

// A value with its name, which must be in kLogFieldNames. Holds views that are valid during the call. Unsigned values beyond
// int64 are shown as its maximum.
class LogField {
 public:
  using Value = std::variant<std::string_view, std::int64_t, bool>;

  template <class T>
    requires std::convertible_to<const T&, std::string_view>
  LogField(LogKey<LogKind::text> key, const T& text) : name_(&key.name()), value_(std::string_view(text)) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  LogField(LogKey<LogKind::number> key, T number) : name_(&key.name()), value_(bounded(number)) {}
  template <class Tag>
  LogField(LogKey<LogKind::number> key, StrongId<Tag> id) : name_(&key.name()), value_(id.value) {}
  LogField(LogKey<LogKind::fact> key, std::same_as<bool> auto is_so) : name_(&key.name()), value_(is_so) {}

  const LogFieldName& name() const { return *name_; }
  const Value& value() const { return value_; }

 private:
  template <std::integral T>
  static std::int64_t bounded(T number) {
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    return std::cmp_greater(number, kMax) ? kMax : static_cast<std::int64_t>(number);
  }

  const LogFieldName* name_;
  Value value_;
};

using LogFields = std::initializer_list<LogField>;

// Thread safe, never throws; the line is written before the call returns.
void log(LogLevel level, std::string_view message, LogFields fields = {}) noexcept;
// False if `level` is not logged. Ask before gathering costly values.
bool log_enabled(LogLevel level) noexcept;

inline void log_debug(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::debug, message, fields); }
inline void log_info(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::info, message, fields); }
inline void log_warn(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::warn, message, fields); }
inline void log_error(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::error, message, fields); }

}  // namespace frontrow

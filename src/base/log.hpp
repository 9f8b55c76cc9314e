// The log for the operator: an entry is one line with a message and named values, on standard error.
//
// There are two formats: `console` for people, `json` for machines (ts, level, message, traceId, then the other
// fields). With any value, an entry stays one line of valid UTF-8. The log never throws. It does not know which values
// are secret: never log tickets or keys.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <limits>
#include <string_view>
#include <utility>
#include <variant>

#include "base/strong_id.hpp"

namespace frontrow {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
enum class LogFormat : std::uint8_t { console, json };

struct LogOptions {
  LogFormat format = LogFormat::console;
  LogLevel level = LogLevel::info;
  std::ostream* out = nullptr;  // null = standard error, coloured on a terminal; another stream must outlive its use
};

// Thread safe; entries under way are still written to the old target.
void configure_log(const LogOptions& options);

// A string, a 64-bit integer or a boolean. Holds a view that is valid during the call. Unsigned values beyond int64 are
// shown as its maximum.
class LogValue {
 public:
  using Value = std::variant<std::string_view, std::int64_t, bool>;

  template <class T>
    requires std::convertible_to<const T&, std::string_view>
  LogValue(const T& text) : value_(std::string_view(text)) {}
  template <std::integral T>
  LogValue(T number) : value_(from(number)) {}
  template <class Tag>
  LogValue(StrongId<Tag> id) : value_(id.value) {}

  const Value& get() const { return value_; }

 private:
  template <std::integral T>
  static Value from(T number) {
    if constexpr (std::same_as<T, bool>) {
      return number;
    } else {
      constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
      return std::cmp_greater(number, kMax) ? kMax : static_cast<std::int64_t>(number);
    }
  }

  Value value_;
};

struct LogField {
  std::string_view key;  // camelCase; kTraceId is placed before the others
  LogValue value;
};
using LogFields = std::initializer_list<LogField>;

inline constexpr std::string_view kTraceId = "traceId";

// Thread safe, never throws; the line is written before the call returns.
void log(LogLevel level, std::string_view message, LogFields fields = {}) noexcept;
// False if `level` is not logged. Ask before gathering costly values.
bool log_enabled(LogLevel level) noexcept;

inline void log_debug(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::debug, message, fields); }
inline void log_info(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::info, message, fields); }
inline void log_warn(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::warn, message, fields); }
inline void log_error(std::string_view message, LogFields fields = {}) noexcept { log(LogLevel::error, message, fields); }

}  // namespace frontrow

// The text of a log entry, without time and level. Pure; log.cpp does the writing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/log.hpp"

namespace frontrow {

// Longer texts are cut here and end in "…": a log line must not be as long as a request body.
inline constexpr std::size_t kLogTextMax = 4096;

// `"message":"…","trace.id":"…","name":value,…`: the inside of an object, valid JSON with any values.
std::string json_members(std::string_view message, LogFields fields);

// `message key=value key="value with spaces"`. Control characters are escaped, so that no value can forge a line or
// move the cursor.
std::string console_text(std::string_view message, LogFields fields);

// `text` as a JSON string with quotes; broken UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace frontrow

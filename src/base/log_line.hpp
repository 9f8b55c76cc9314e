// How an entry becomes text, apart from its time and level. Pure; log.cpp does the writing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/log.hpp"

namespace frontrow {

// Longer texts are cut here and end in "…": a line must not be as long as a request body.
inline constexpr std::size_t kLogTextMax = 4096;

// `"message":"…","traceId":"…","key":value,…`: the inside of an object, valid JSON whatever the values hold. A field named like one
// of ours (ts, level, message) gets a `_` appended.
std::string json_members(std::string_view message, LogFields fields);

// `message key=value key="value with spaces"`; control characters are escaped, so that nobody forges a line or moves the cursor.
std::string console_text(std::string_view message, LogFields fields);

// `text` as a JSON string with its quotes; broken UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace frontrow

#include "base/log_line.hpp"

#include <algorithm>
#include <cstdint>

namespace frontrow {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// Length of the well-formed UTF-8 sequence at the front of `text` (Unicode 15, table 3-7), or 0.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
    if (lead == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;   // overlong
    if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // beyond U+10FFFF
    return 4;
  }
  return 0;
}

void append_escaped(std::string& out, char c) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte != 0x7F) {
    out += c;
    return;
  }
  out += "\\u00";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

// C1 controls (U+0080 … U+009F, two bytes) move a terminal's cursor, as an escape character does.
bool is_c1_control(std::string_view sequence) {
  return sequence.size() == 2 && sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

// With `quotes`: the content of a JSON string. Without: quotes and backslashes stay as they are.
void append_safe(std::string& out, std::string_view text, bool quotes) {
  const bool cut = text.size() > kLogTextMax;
  const std::size_t end = cut ? kLogTextMax : text.size();
  for (std::size_t at = 0; at < end;) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      out += kReplacement;
      ++at;
      continue;
    }
    const std::string_view sequence = text.substr(at, length);
    if (is_c1_control(sequence)) {
      out += kReplacement;
    } else if (length == 1 && (quotes || (sequence[0] != '"' && sequence[0] != '\\'))) {
      append_escaped(out, sequence[0]);
    } else {
      out += sequence;
    }
    at += length;
  }
  if (cut) out += kEllipsis;
}

bool is_bare(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\'; });
}

std::int64_t multiplied(std::int64_t number, std::int64_t factor) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(number, factor, &product) ? number : product;
}

void append_member(std::string& out, const LogField& field) {
  out += ',';
  append_json_string(out, field.name().ecs);
  out += ':';
  if (const auto* number = std::get_if<std::int64_t>(&field.value())) {
    out += std::to_string(multiplied(*number, field.name().factor));
  } else if (const auto* fact = std::get_if<bool>(&field.value())) {
    out += *fact ? "true" : "false";
  } else {
    append_json_string(out, std::get<std::string_view>(field.value()));
  }
}

void append_for_people(std::string& out, const LogField& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value())) {
    out += std::to_string(*number);
  } else if (const auto* fact = std::get_if<bool>(&field.value())) {
    out += *fact ? "true" : "false";
  } else if (const auto text = std::get<std::string_view>(field.value()); is_bare(text) && text.size() <= kLogTextMax) {
    out += text;
  } else {
    append_json_string(out, text);
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_safe(out, text, true);
  out += '"';
}

std::string json_members(std::string_view message, LogFields fields) {
  std::string out;
  out.reserve(64 + message.size() + 32 * fields.size());
  out += "\"message\":";
  append_json_string(out, message);
  for (const auto& field : fields) {
    if (field.name().key == kTraceId) append_member(out, field);
  }
  for (const auto& field : fields) {
    if (field.name().key != kTraceId) append_member(out, field);
  }
  return out;
}

std::string console_text(std::string_view message, LogFields fields) {
  std::string out;
  append_safe(out, message, false);
  for (const auto& field : fields) {
    out += ' ';
    out += field.name().key;
    out += '=';
    append_for_people(out, field);
  }
  return out;
}

}  // namespace frontrow

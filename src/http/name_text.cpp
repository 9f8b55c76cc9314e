#include "http/name_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

namespace frontrow::http {

namespace {

constexpr const char* kInvisible = "must not contain invisible or control characters";
constexpr const char* kBlank = "must have a visible character";

using CodePoints = std::vector<utf8proc_int32_t>;

CodePoints decode(std::string_view utf8) {
  CodePoints points;
  points.reserve(utf8.size());
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  for (auto left = static_cast<utf8proc_ssize_t>(utf8.size()); left > 0;) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t taken = utf8proc_iterate(at, left, &point);
    if (taken < 1) return {};  // not UTF-8: no name
    points.push_back(point);
    at += taken;
    left -= taken;
  }
  return points;
}

std::string encode(const CodePoints& points) {
  std::string utf8;
  for (const utf8proc_int32_t point : points) {
    utf8proc_uint8_t bytes[4];
    const utf8proc_ssize_t length = utf8proc_encode_char(point, bytes);
    utf8.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  }
  return utf8;
}

bool is_between(utf8proc_int32_t point, utf8proc_int32_t first, utf8proc_int32_t last) { return point >= first && point <= last; }

bool is_blank(utf8proc_int32_t point) { return utf8proc_category(point) == UTF8PROC_CATEGORY_ZS; }

// Letters by category that show nothing: Hangul fillers, the empty Braille pattern, Khmer inherent vowels, and the code
// points that Unicode reserves for ignorable characters (Default_Ignorable_Code_Point), assigned or not.
bool shows_nothing(utf8proc_int32_t point) {
  return point == 0x034F || is_between(point, 0x115F, 0x1160) || is_between(point, 0x17B4, 0x17B5) ||
         is_between(point, 0x180B, 0x180F) || is_between(point, 0x2065, 0x2065) || point == 0x2800 || point == 0x3164 ||
         is_between(point, 0xFE00, 0xFE0F) || point == 0xFFA0 || is_between(point, 0xFFF0, 0xFFFC) ||
         is_between(point, 0xE0000, 0xE0FFF);
}

bool is_noncharacter(utf8proc_int32_t point) { return is_between(point, 0xFDD0, 0xFDEF) || (point & 0xFFFE) == 0xFFFE; }

bool is_hidden(utf8proc_int32_t point) {
  if (shows_nothing(point) || is_noncharacter(point)) return true;
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    default: return false;
  }
}

bool is_mark(utf8proc_int32_t point) {
  const auto category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool is_symbol(utf8proc_int32_t point) {
  const auto category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_SO || category == UTF8PROC_CATEGORY_SK || category == UTF8PROC_CATEGORY_SM;
}

// Scripts that are written with joiners between their letters.
bool is_joined_script(utf8proc_int32_t point) {
  return is_between(point, 0x0600, 0x077F) || is_between(point, 0x08A0, 0x0DFF) || is_between(point, 0x1000, 0x109F);
}

constexpr utf8proc_int32_t kTextStyle = 0xFE0E, kEmojiStyle = 0xFE0F, kNonJoiner = 0x200C, kJoiner = 0x200D;

// True for a hidden character in a place where Unicode expects one: the style of a symbol, a joiner between two
// symbols, a joiner in a script that has joiners.
bool has_a_purpose(const CodePoints& points, std::size_t at) {
  const utf8proc_int32_t point = points[at];
  if (at == 0) return false;
  const utf8proc_int32_t before = points[at - 1];
  if (point == kTextStyle || point == kEmojiStyle)
    return is_symbol(before) || is_between(before, '0', '9') || before == '#' || before == '*';
  if ((point != kJoiner && point != kNonJoiner) || at + 1 == points.size()) return false;
  const utf8proc_int32_t after = points[at + 1];
  if (is_joined_script(before) && is_joined_script(after)) return true;
  return point == kJoiner && (is_symbol(before) || before == kEmojiStyle) && is_symbol(after);
}

CodePoints with_single_spaces(const CodePoints& points) {
  CodePoints out;
  for (const utf8proc_int32_t point : points) {
    const bool follows_blank = out.empty() || out.back() == ' ';
    if (!is_blank(point))
      out.push_back(point);
    else if (!follows_blank)
      out.push_back(' ');
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string composed(const std::string& utf8) {
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> form{
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(utf8.c_str())), &std::free};
  return form == nullptr ? utf8 : reinterpret_cast<const char*>(form.get());
}

}  // namespace

std::size_t count_code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::expected<std::string, const char*> clean_name(std::string_view utf8) {
  const CodePoints points = with_single_spaces(decode(utf8));
  bool is_visible = false;
  for (std::size_t at = 0; at < points.size(); ++at) {
    if (is_hidden(points[at])) {
      if (!has_a_purpose(points, at)) return std::unexpected(kInvisible);
      continue;
    }
    is_visible |= points[at] != ' ' && !is_mark(points[at]);
  }
  if (!is_visible) return std::unexpected(kBlank);
  return composed(encode(points));
}

}  // namespace frontrow::http

// Names that people type: of concerts, artists, venues, sections. Two names that look alike are the same text, and none is invisible.
//
// What comes out is UTF-8 in NFC, without blanks around it, with one plain space wherever there were blanks of any kind.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace frontrow::http {

// The name in its one form, or why it is refused: "must not …". `utf8` is valid UTF-8. Refused are control, format and bidi
// characters, line breaks, private and unassigned code points that nobody sees, and names without a visible character. Emoji may
// be joined, and Arabic and Indic letters kept apart, as Unicode asks for.
std::expected<std::string, const char*> clean_name(std::string_view utf8);

std::size_t count_code_points(std::string_view utf8);

}  // namespace frontrow::http

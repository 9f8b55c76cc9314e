// Names that people type: of concerts, artists, venues, sections. Two names that look alike become the same text, and
// no name is invisible.
//
// The result is UTF-8 in NFC, without blanks around it. Blanks of any kind within it become one plain space.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace frontrow::http {

// The name in its one form, or the reason of its refusal: "must not …". `utf8` is valid UTF-8. Refused are control,
// format and bidi characters, line breaks, private and unassigned invisible code points, and names without a visible
// character. Joiners between emoji, and joiners in Arabic and Indic scripts, are accepted where Unicode expects them.
std::expected<std::string, const char*> clean_name(std::string_view utf8);

std::size_t count_code_points(std::string_view utf8);

}  // namespace frontrow::http

// bench/page.html, part of the binary.
#pragma once

#include <string_view>

namespace frontrow::bench {

std::string_view page_template();

}  // namespace frontrow::bench

// SHA-256 of a text.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace frontrow {

using Sha256 = std::array<std::byte, 32>;

// Thread safe.
Sha256 sha256(std::string_view text);

}  // namespace frontrow

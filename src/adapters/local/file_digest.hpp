// SHA-256, as hexadecimal, for comparing files and keys with what they were.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace frontrow::local {

// Throws std::runtime_error if the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

std::string sha256_of(std::string_view text);

}  // namespace frontrow::local

// Secrets that the embedded profile makes for itself and keeps beside its database.
#pragma once

#include <filesystem>

#include "base/secret.hpp"

namespace frontrow {

// The content of the file, without line breaks at its end. Throws std::runtime_error with the reason, never with the
// secret.
Secret read_secret(const std::filesystem::path& file);

// The same, with line breaks at its end.
Secret read_whole_secret(const std::filesystem::path& file);

// As read_secret. If there is no such file, makes one (0600) with 32 random bytes as hexadecimal.
Secret load_or_create_secret(const std::filesystem::path& file);

}  // namespace frontrow

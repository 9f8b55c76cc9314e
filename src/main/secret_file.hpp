// Secrets the embedded profile makes for itself and keeps beside its database.
#pragma once

#include <filesystem>

#include "base/secret.hpp"

namespace frontrow {

// What the file holds, without line breaks at its end. Throws std::runtime_error with the reason, never with the secret.
Secret read_secret(const std::filesystem::path& file);

// The same; when there is no such file, 32 random bytes as hexadecimal, stored in it (0600).
Secret load_or_create_secret(const std::filesystem::path& file);

}  // namespace frontrow

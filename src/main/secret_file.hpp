// Secrets that the embedded profile makes for itself and keeps beside its database.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "base/secret.hpp"

namespace frontrow {

// The content of a file in the data directory, which must be no link, without line breaks at its end. If there is no such file,
// makes one (0600) with 32 random bytes as hexadecimal. Throws std::runtime_error with the reason, never with the secret.
Secret load_or_create_secret(const std::filesystem::path& file);

// Throws std::runtime_error if a secret could be guessed. `name` says which one.
void require_length(std::string_view name, const Secret& secret, std::size_t least_bytes);

inline constexpr std::size_t kMinAdminTokenBytes = 16;

}  // namespace frontrow

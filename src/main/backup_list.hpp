// backup.toml: the list of what a backup holds.
#pragma once

#include <filesystem>

#include "main/backup.hpp"

namespace frontrow {

inline constexpr char kBackupList[] = "backup.toml";

std::string to_text(const Backup& backup);

// Reads the list in a backup's folder and compares every file with it. Throws std::runtime_error if the list is missing, of an
// unknown format, or names a file that is not as it was.
Backup read_backup(const std::filesystem::path& folder);

}  // namespace frontrow

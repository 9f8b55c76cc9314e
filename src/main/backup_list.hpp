// backup.toml: the list of what a backup holds.
#pragma once

#include <array>
#include <filesystem>

#include "main/backup.hpp"

namespace frontrow {

inline constexpr char kBackupList[] = "backup.toml";
// What a data directory makes for itself besides its database, if no setting names another.
inline constexpr std::array kMadeKeys = {"ticket.key", "admin.token", "charge.token"};

std::string to_text(const Backup& backup);

// Reads the list in a backup's folder and compares every file with it. Throws std::runtime_error if the list is missing, of an
// unknown format, or names a file that is not as it was.
Backup read_backup(const std::filesystem::path& folder);

}  // namespace frontrow

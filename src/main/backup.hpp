// `frontrow backup TO` and `frontrow restore FROM`, for the embedded profile: the database, and what a restored shop needs besides.
//
// A backup is a folder: frontrow.db, the generated keys of the data directory, and backup.toml, which says what is in it. It holds
// keys, so it is for one user only. Keys that lie elsewhere are named, with a fingerprint, and not copied: their owner keeps them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "main/settings.hpp"
#include "ports/store.hpp"

namespace frontrow {

struct KeptFile {
  std::string name;
  std::int64_t bytes = 0;
  std::string sha256;
};

// A key that a setting named when the backup was made.
struct NamedKey {
  std::string setting;
  std::string fingerprint;  // the first digits of its SHA-256; "-" if it could not be read
  std::string place;        // a file, or the variable that held the key
};

struct Backup {
  std::string up_to;  // everything that was answered before this time is in it
  std::int64_t last_event = 0;
  std::vector<KeptFile> files;
  std::vector<NamedKey> named;
};

struct BackupResult {
  Backup backup;
  std::vector<AuditLine> audit;
};

// Makes the folder `to`, which must be missing or empty, beside a server that goes on selling. Only a complete backup has that
// name. Throws std::runtime_error with one sentence for the operator, and then leaves nothing.
BackupResult make_backup(const Settings& settings, const std::filesystem::path& to);

// Makes a backup the sale in the data directory, which must be missing or empty. The same throws.
BackupResult restore_backup(const Settings& settings, const std::filesystem::path& from);

// A sentence about each named key: whether the file is here, and the same.
std::vector<std::string> look_for(const std::vector<NamedKey>& named);

}  // namespace frontrow

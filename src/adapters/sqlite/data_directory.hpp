// The directory of one sale: its database, its lock, its secrets. Only one process serves it at a time.
#pragma once

#include <filesystem>
#include <string>

#include "adapters/sqlite/migrations.hpp"

namespace frontrow::sqlite {

class DataDirectory {
 public:
  // Makes the directory if it is missing (0700) and locks it until destroyed. Throws NotUsable if another process
  // serves it (with the id of that process), if it cannot be made or written, if it is another user's, or if others can
  // change it or a file in it (base/private_files.hpp).
  explicit DataDirectory(std::filesystem::path path);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string database() const { return database_in(path_).string(); }

  static std::filesystem::path database_in(const std::filesystem::path& directory) { return directory / "frontrow.db"; }
  // True if a process serves the directory now. Takes no lock.
  static bool is_served(const std::filesystem::path& directory);

 private:
  const std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace frontrow::sqlite

// A disk that can lose its power. Flushed data stay. Any sector of a later write may have reached the disk or not.
// While one of these lives, every SQLite database that the process opens is on it.
//
// The power fails in the middle of the n-th write or flush from now on. That call fails, and so do all later ones. Then
// the files are written to another place, as the machine would find them.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace frontrow {

class PowerVfs {
 public:
  PowerVfs();
  ~PowerVfs();
  PowerVfs(const PowerVfs&) = delete;
  PowerVfs& operator=(const PowerVfs&) = delete;

  void cut_at(int operation);  // the n-th from now on; 1: the next
  bool is_off() const;
  int operations() const;  // writes and flushes so far
  // Writes every file of `from` that was written through this disk into `to`, under its name.
  void write_out(const std::filesystem::path& from, const std::filesystem::path& to, std::mt19937& random) const;

 private:
  friend struct PowerFile;
  struct Change {
    sqlite3_int64 at = 0;
    std::string bytes = {};
    bool is_truncation = false;  // a truncation to `at`
  };
  struct Disk {
    std::string flushed;
    std::vector<Change> since;
  };
  static void apply(const Change& change, std::string& content);
  bool take_operation();

  mutable std::mutex mutex_;  // protects all below
  std::map<std::string, Disk> disks_;
  int operations_ = 0, cut_at_ = 0;
  bool is_off_ = false;

  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
};

}  // namespace frontrow

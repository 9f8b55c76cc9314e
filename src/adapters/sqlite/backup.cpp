#include "adapters/sqlite/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/migrations.hpp"

namespace frontrow::sqlite {

namespace {

constexpr std::int64_t kSliceBytes = 4 << 20;
constexpr std::int64_t kCacheBytes = 4 << 20;

std::int64_t size_of(const std::filesystem::path& file) {
  struct stat about{};
  return ::stat(file.c_str(), &about) == 0 ? about.st_size : 0;
}

// The new file, for flushing beside SQLite. Pages go to the disk slice by slice: one flush of them all at the end would hold up
// the flushes of the sale's commits.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& file)
      : number_(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
    if (number_ < 0) throw NotUsable{"cannot make " + file.string() + ": " + std::strerror(errno)};
  }
  ~NewFile() { ::close(number_); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void begin_writing() const { ::sync_file_range(number_, 0, 0, SYNC_FILE_RANGE_WRITE); }
  void flush() const {
    if (::fsync(number_) != 0) throw Unavailable{kStore, std::string{"flush of the copy: "} + std::strerror(errno)};
  }

 private:
  const int number_;
};

// The log of the sale, which cannot start over while the copy reads from before it.
class LogWatch {
 public:
  LogWatch(std::filesystem::path database, std::int64_t limit)
      : wal_(std::move(database += "-wal")), limit_(limit), most_(std::max(limit, size_of(wal_))) {}
  void check() const {
    if (size_of(wal_) <= most_) return;
    throw NotUsable{
        "the write-ahead log has reached its limit of " + std::to_string(limit_ >> 20) +
        " MiB while the copy was made, and the sale goes first: make the backup at a quieter time, or raise wal-limit-mib"};
  }

 private:
  const std::filesystem::path wal_;
  const std::int64_t limit_;
  const std::int64_t most_;  // the file keeps the size of its largest log
};

struct Finish {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

// The source's snapshot is open, so all slices are of one moment.
void copy_pages(Connection& source, sqlite3* target, const NewFile& file, const LogWatch& log) {
  const auto slice = static_cast<int>(kSliceBytes / source.integer("PRAGMA page_size"));
  const std::unique_ptr<sqlite3_backup, Finish> backup{sqlite3_backup_init(target, "main", source.raw(), "main")};
  if (!backup) throw_failure(target, sqlite3_errcode(target), "copy");
  int code = SQLITE_OK;
  while ((code = sqlite3_backup_step(backup.get(), slice)) == SQLITE_OK) {
    log.check();
    file.begin_writing();
  }
  if (code != SQLITE_DONE) throw_failure(target, code, "copy");
}

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Target = std::unique_ptr<sqlite3, Close>;

// Without journal and flushes: a copy that is cut off is thrown away.
Target open_target(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Target target{raw};
  if (code != SQLITE_OK) throw_failure(raw, code, "open " + file.string());
  const std::string pragmas =
      "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-" + std::to_string(kCacheBytes >> 10);
  if (sqlite3_exec(raw, pragmas.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw_failure(raw, sqlite3_errcode(raw), "prepare");
  return target;
}

}  // namespace

EventId copy_database(const std::filesystem::path& directory, const std::filesystem::path& file, std::int64_t wal_limit_bytes) {
  const std::filesystem::path database = DataDirectory::database_in(directory);
  if (size_of(database) == 0) throw NotUsable{"there is no sale in " + directory.string()};
  const NewFile made{file};
  EventId last_event{};
  {
    Connection source{uri_of(database, "mode=ro"), Access::read_only, {.cache_bytes = kCacheBytes}};
    const LogWatch log{database, wal_limit_bytes};
    const ReadTransaction snapshot{source};
    require_usable(source);
    last_event = {source.integer("SELECT max(id) FROM events")};
    const Target target = open_target(file);
    copy_pages(source, target.get(), made, log);
  }
  made.flush();
  return last_event;
}

void make_usable(const std::filesystem::path& file) {
  Connection connection{file.string(), Access::read_write, {}};
  migrate(connection);
  WriteTransaction transaction{connection};
  // More than a rush gives out between two backups. Concerts are numbered in 32 bits and made by hand. A queue counts through its
  // numbers at the start, so they skip less.
  connection.run(
      "UPDATE id_blocks SET next = min(next + CASE kind WHEN 'concert' THEN 1000 ELSE 10000000 END, "
      "CASE kind WHEN 'concert' THEN 4294967295 ELSE 9007199254740991 END);"
      "UPDATE queues SET front = CASE WHEN front = tail THEN tail + 100000 ELSE front END, tail = tail + 100000 WHERE tail > 0;");
  transaction.commit();
  sqlite3_wal_checkpoint_v2(connection.raw(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

}  // namespace frontrow::sqlite

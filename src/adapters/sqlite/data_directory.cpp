#include "adapters/sqlite/data_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/log.hpp"
#include "base/private_files.hpp"

namespace frontrow::sqlite {

namespace {

constexpr char kLockFile[] = "lock";

// An open-file-description lock. Unlike flock, it can be tested without being taken. Unlike a plain fcntl lock, it
// stays when another part of the process closes the same file.
struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string reason() { return std::strerror(errno); }

std::string holder_of(int fd) {
  std::array<char, 24> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  return size > 0 ? " (process " + std::string{text.data()} + ")" : std::string{};
}

void check(const std::string& refusal) {
  if (!refusal.empty()) throw NotUsable{refusal};
}

// Links and files of others are refused before one of them is opened. Older versions left the database readable.
void check_files(const std::filesystem::path& directory) {
  check(refuse_folder(directory));
  const std::string database = DataDirectory::database_in(directory).string();
  for (const std::string& file : {(directory / kLockFile).string(), database, database + "-wal", database + "-shm"}) {
    check(refuse_own_file(file));
    if (close_to_others(file))
      log_warn("a file of the sale could be read by every user of this machine; it is closed now", {{"file", file}});
  }
}

}  // namespace

DataDirectory::DataDirectory(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code ignored;
  if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), ignored);
  if (::mkdir(path_.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    throw NotUsable{"cannot make the data directory " + path_.string() + ": " + reason()};
  check_files(path_);
  const std::filesystem::path file = path_ / kLockFile;
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (lock_ < 0) throw NotUsable{"cannot write in the data directory " + path_.string() + ": " + reason()};
  struct flock wanted = whole_file();
  if (::fcntl(lock_, F_OFD_SETLK, &wanted) != 0) {
    const std::string holder = holder_of(lock_);
    ::close(lock_);
    throw NotUsable{"the data directory " + path_.string() + " is served by another frontrow" + holder};
  }
  const std::string pid = std::to_string(::getpid());
  // The process id is for people only: without it the start goes on.
  if (::ftruncate(lock_, 0) == 0) (void)!::pwrite(lock_, pid.data(), pid.size(), 0);
}

DataDirectory::~DataDirectory() { ::close(lock_); }

bool DataDirectory::is_served(const std::filesystem::path& directory) {
  const int fd = ::open((directory / kLockFile).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct flock asked = whole_file();
  asked.l_type = F_RDLCK;  // a file that is open for reading can only be tested for a read lock
  const bool is_known = ::fcntl(fd, F_OFD_GETLK, &asked) == 0;
  ::close(fd);
  return is_known && asked.l_type != F_UNLCK;
}

}  // namespace frontrow::sqlite

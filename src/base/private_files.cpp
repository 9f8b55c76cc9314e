#include "base/private_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace frontrow {

namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  const int number_;
};

std::string failure(const fs::path& file, int error) { return file.string() + ": " + std::generic_category().message(error); }

[[noreturn]] void fail(const fs::path& file, int error) { throw std::runtime_error(failure(file, error)); }

bool is_trusted(uid_t owner) { return owner == ::geteuid() || owner == 0; }

bool is_on_read_only_mount(int descriptor) {
  struct statvfs about{};
  return ::fstatvfs(descriptor, &about) == 0 && (about.f_flag & ST_RDONLY) != 0;
}

std::string belongs_to_another(const fs::path& path, const struct stat& about) {
  return path.string() + " belongs to another user (uid " + std::to_string(about.st_uid) + ")";
}

std::string refuse_mode(const fs::path& path, mode_t mode) {
  if ((mode & S_IWOTH) == 0) return {};
  return path.string() + " can be changed by every user of this machine: chmod o-w " + path.string();
}

// For others, a file is as open as the narrowest folder above it.
bool are_others_let_in(const fs::path& file) {
  std::error_code failed;
  for (fs::path each = fs::canonical(file, failed).parent_path(); !each.empty(); each = each.parent_path()) {
    struct stat about{};
    if (::stat(each.c_str(), &about) != 0 || (about.st_mode & S_IXOTH) == 0) return false;
    if (each == each.root_path()) break;
  }
  return !failed;
}

std::expected<std::string, std::string> bytes_of(int descriptor, std::size_t most) {
  std::string text;
  char block[4096];
  ssize_t got = 0;
  while ((got = ::read(descriptor, block, sizeof block)) > 0) {
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > most) return std::unexpected("larger than " + std::to_string(most >> 10) + " KiB");
  }
  if (got < 0) return std::unexpected("cannot be read");
  return text;
}

void write_all(int descriptor, const fs::path& file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t put = ::write(descriptor, text.data() + done, text.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(file, errno);
    done += static_cast<std::size_t>(put);
  }
  if (::fsync(descriptor) != 0) fail(file, errno);
}

void flush_folder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open()) fail(folder, errno);
  ::fsync(descriptor.number());
}

}  // namespace

std::string refuse_folder(const fs::path& folder) {
  struct stat about{};
  if (::stat(folder.c_str(), &about) != 0) return failure(folder, errno);
  if (!S_ISDIR(about.st_mode)) return folder.string() + " is no folder";
  if (!is_trusted(about.st_uid))
    return belongs_to_another(folder, about) + ": run as that user, for example with `setpriv --reuid` or `runuser`";
  if ((about.st_mode & S_IWOTH) == 0) return {};
  return refuse_mode(folder, about.st_mode) + ", or name a folder inside it, which is made for this user only";
}

std::string refuse_own_file(const fs::path& file) {
  struct stat about{};
  if (::lstat(file.c_str(), &about) != 0) return errno == ENOENT ? std::string{} : failure(file, errno);
  if (S_ISLNK(about.st_mode)) return file.string() + " is a link, and files of a sale must lie in its folder";
  if (!S_ISREG(about.st_mode)) return file.string() + " is no file";
  if (!is_trusted(about.st_uid)) return belongs_to_another(file, about);
  return refuse_mode(file, about.st_mode);
}

bool close_to_others(const fs::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  struct stat about{};
  if (!descriptor.is_open() || ::fstat(descriptor.number(), &about) != 0 || (about.st_mode & S_IRWXO) == 0) return false;
  const bool was_read = (about.st_mode & S_IROTH) != 0 && are_others_let_in(file);
  // On another user's file it fails, and the mode stays.
  return ::fchmod(descriptor.number(), about.st_mode & static_cast<mode_t>(07770)) == 0 && was_read;
}

bool is_readable_by_others(const fs::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about{};
  if (!descriptor.is_open() || ::fstat(descriptor.number(), &about) != 0) return false;
  return (about.st_mode & S_IROTH) != 0 && !is_on_read_only_mount(descriptor.number()) && are_others_let_in(file);
}

std::expected<std::string, std::string> read_private_file(const fs::path& file, std::size_t most_bytes, Links links) {
  // Without O_NONBLOCK, the opening of a pipe waits for its writer.
  const int follow = links == Links::followed ? 0 : O_NOFOLLOW;
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | follow));
  if (!descriptor.is_open()) {
    if (errno == ELOOP) return std::unexpected("is a link");
    return std::unexpected(errno == ENOENT || errno == ENOTDIR ? "no such file" : "cannot be read");
  }
  struct stat about{};
  if (::fstat(descriptor.number(), &about) != 0 || !S_ISREG(about.st_mode)) return std::unexpected("no such file");
  if ((about.st_mode & S_IWOTH) != 0 && !is_on_read_only_mount(descriptor.number()))
    return std::unexpected("can be changed by every user of this machine: chmod o-w");
  return bytes_of(descriptor.number(), most_bytes);
}

void create_private_file(const fs::path& file, const std::string& text) {
  const fs::path unfinished = file.string() + ".new";
  ::unlink(unfinished.c_str());  // of a start that was cut off; if it is a link, its target stays
  {
    const Descriptor descriptor(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!descriptor.is_open()) fail(unfinished, errno);
    write_all(descriptor.number(), unfinished, text);
  }
  // A rename replaces a link of that name, and never writes through it.
  if (::rename(unfinished.c_str(), file.c_str()) != 0) fail(file, errno);
  flush_folder(file.parent_path().empty() ? fs::path(".") : file.parent_path());
}

}  // namespace frontrow

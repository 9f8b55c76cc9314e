#include "main/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "adapters/local/file_digest.hpp"
#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/backup.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "base/private_files.hpp"
#include "base/wall_clock.hpp"
#include "main/backup_list.hpp"
#include "main/settings_table.hpp"
#include "main/token_keys.hpp"

namespace frontrow {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyBytes = std::size_t{64} << 10;
constexpr std::size_t kFingerprintDigits = 8;

[[noreturn]] void fail(const fs::path& file, std::string_view reason) {
  throw std::runtime_error(fmt::format("{}: {}", file.string(), reason));
}

void require_missing_or_empty(const fs::path& folder) {
  std::error_code none;
  if (fs::symlink_status(folder, none).type() == fs::file_type::not_found) return;
  if (!fs::is_directory(folder, none)) fail(folder, "is no folder");
  if (!fs::is_empty(folder, none)) fail(folder, "is not empty, and nothing is overwritten: name a folder that is missing or empty");
}

// Without a slash at the end, which would make its name empty.
fs::path named(const fs::path& given) {
  const fs::path full = fs::absolute(given).lexically_normal();
  return full.has_filename() ? full : full.parent_path();
}

void flush(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) fail(path, std::generic_category().message(errno));
  ::close(descriptor);
}

// A folder that is taken away again unless it gets its name.
class Unfinished {
 public:
  explicit Unfinished(const fs::path& to) {
    std::string name = to.string() + ".unfinished-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) fail(to, std::generic_category().message(errno));
    path_ = name;
  }
  ~Unfinished() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  const fs::path& path() const { return path_; }
  void name(const fs::path& to) {
    flush(path_);
    fs::rename(path_, to);  // an empty folder of that name gives way
    path_.clear();
    flush(to.parent_path());
  }

 private:
  fs::path path_;
};

KeptFile describe(const fs::path& file) {
  return {.name = file.filename().string(),
          .bytes = static_cast<std::int64_t>(fs::file_size(file)),
          .sha256 = local::sha256_of_file(file)};
}

void copy_key(const fs::path& from, const fs::path& to) {
  const auto text = read_private_file(from, kKeyBytes, Links::refused);
  if (!text) fail(from, text.error());
  create_private_file(to, *text);
}

std::string fingerprint_of(std::string_view secret) { return local::sha256_of(secret).substr(0, kFingerprintDigits); }

std::string fingerprint_of_file(const fs::path& file) {
  const auto text = read_key_file(file);
  return text ? fingerprint_of(*text) : "-";
}

// The keys of a shop that lie elsewhere. All of them: a command reads only what it uses, but the shop needs the rest, too.
std::vector<NamedKey> named_keys(const Settings& settings) {
  std::vector<NamedKey> keys;
  for (const SecretSource& source : secret_sources()) {
    if (source.part != Part::http) continue;
    const fs::path& file = settings.*(source.file);
    const std::string setting{source.file_setting};
    if (!file.empty())
      keys.push_back({.setting = setting, .fingerprint = fingerprint_of_file(file), .place = fs::absolute(file).string()});
    else if (const auto& secret = settings.*(source.secret))
      keys.push_back(
          {.setting = setting, .fingerprint = fingerprint_of(secret->reveal()), .place = std::string{source.environment_name}});
  }
  const std::pair<const char*, const fs::path&> sets[] = {{"jwt-key-set-file", settings.jwt_key_set_file},
                                                          {"jwt-ca-file", settings.jwt_ca_file},
                                                          {"join-pass-key-set-file", settings.join_pass_key_set_file}};
  for (const auto& [setting, file] : sets)
    if (!file.empty())
      keys.push_back({.setting = setting, .fingerprint = fingerprint_of_file(file), .place = fs::absolute(file).string()});
  return keys;
}

void write_list(const Backup& backup, const fs::path& folder) { create_private_file(folder / kBackupList, to_text(backup)); }

// The files of a restore, taken away again unless it ends well.
class Restored {
 public:
  explicit Restored(const fs::path& folder) : folder_(folder) {}
  ~Restored() {
    if (is_kept_) return;
    std::error_code ignored;
    for (const char* name : {"lock", "frontrow.db", "frontrow.db-wal", "frontrow.db-shm"}) fs::remove(folder_ / name, ignored);
    for (const char* key : kMadeKeys) fs::remove(folder_ / key, ignored);
  }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;
  void keep() { is_kept_ = true; }

 private:
  const fs::path folder_;
  bool is_kept_ = false;
};

}  // namespace

BackupResult make_backup(const Settings& settings, const fs::path& given) {
  const fs::path to = named(given);
  require_missing_or_empty(to);
  Unfinished folder(to);
  BackupResult result;
  result.backup.up_to = iso8601(wall_now());  // before the copy's moment, so that it promises no more than there is
  const fs::path database = sqlite::DataDirectory::database_in(folder.path());
  result.backup.last_event = sqlite::copy_database(settings.data_dir, database, std::int64_t{settings.wal_limit_mib} << 20).value;
  for (const char* key : kMadeKeys)
    if (fs::exists(settings.data_dir / key)) copy_key(settings.data_dir / key, folder.path() / key);
  result.audit = sqlite::audit(folder.path());
  for (const fs::directory_entry& each : fs::directory_iterator(folder.path()))
    result.backup.files.push_back(describe(each.path()));
  result.backup.named = named_keys(settings);
  write_list(result.backup, folder.path());
  folder.name(to);
  return result;
}

BackupResult restore_backup(const Settings& settings, const fs::path& from) {
  const fs::path to = named(settings.data_dir);
  require_missing_or_empty(to);
  BackupResult result{.backup = read_backup(from), .audit = {}};
  Restored restored(to);
  {
    const sqlite::DataDirectory directory(to);  // no server starts on half a sale
    for (const KeptFile& each : result.backup.files) {
      const fs::path file = to / each.name;
      if (file == directory.database()) continue;
      copy_key(from / each.name, file);
    }
    fs::copy_file(from / fs::path(directory.database()).filename(), directory.database());
    fs::permissions(directory.database(), fs::perms::owner_read | fs::perms::owner_write);
    sqlite::make_usable(directory.database());
    flush(directory.database());
    flush(to);
  }
  result.audit = sqlite::audit(to);
  restored.keep();
  return result;
}

std::vector<std::string> look_for(const std::vector<NamedKey>& named) {
  std::vector<std::string> sentences;
  for (const NamedKey& key : named) {
    std::string found = "is not here";
    if (!fs::path(key.place).is_absolute())
      found = "was in the environment";
    else if (const std::string now = fingerprint_of_file(fs::path(key.place)); now == key.fingerprint)
      found = "is here";
    else if (now != "-")
      found = "is here, but is another key";
    sentences.push_back(fmt::format("{} {} ({}) {}", key.setting, key.place, key.fingerprint, found));
  }
  return sentences;
}

}  // namespace frontrow

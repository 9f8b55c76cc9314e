#include "main/backup_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>

#include "adapters/local/file_digest.hpp"
#include "base/private_files.hpp"
#include "main/config_file.hpp"

namespace frontrow {

namespace {

constexpr int kFormat = 1;
constexpr std::size_t kMostBytes = std::size_t{64} << 10;
constexpr std::string_view kDatabase = "frontrow.db";

// A list cannot name a file outside its folder.
bool is_known(std::string_view file) { return file == kDatabase || std::ranges::find(kMadeKeys, file) != kMadeKeys.end(); }

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view reason) {
  throw std::runtime_error(fmt::format("{}: {}", file.string(), reason));
}

// The text up to the next blank, which is taken away with it.
std::string word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const std::string first{text.substr(0, end)};
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

std::int64_t number(std::string_view text, const std::filesystem::path& list) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) fail(list, fmt::format("\"{}\" is no number", text));
  return value;
}

KeptFile kept_file(std::string_view text, const std::filesystem::path& list) {
  KeptFile file;
  file.name = word(text);
  file.bytes = number(word(text), list);
  file.sha256 = text;
  if (!is_known(file.name)) fail(list, "names a file that no backup has: " + file.name);
  return file;
}

NamedKey named_key(std::string_view text) {
  NamedKey key;
  key.setting = word(text);
  key.fingerprint = word(text);
  key.place = text;
  return key;
}

void take(Backup& backup, const ConfigEntry& entry, const std::filesystem::path& list) {
  if (entry.key == "format" && entry.value != std::to_string(kFormat))
    fail(list, "is of another format: use the program that made it");
  if (entry.key == "up-to") backup.up_to = entry.value;
  if (entry.key == "last-event") backup.last_event = number(entry.value, list);
  if (entry.key.starts_with("file-")) backup.files.push_back(kept_file(entry.value, list));
  if (entry.key.starts_with("named-")) backup.named.push_back(named_key(entry.value));
}

}  // namespace

std::string to_text(const Backup& backup) {
  std::string text = fmt::format(
      "# A backup of frontrow {}. `frontrow restore` makes it a sale again.\n"
      "format = {}\n"
      "# Everything that was answered before this time is in it.\n"
      "up-to = {}\n"
      "last-event = {}\n"
      "# Name, bytes, SHA-256.\n",
      version(),
      kFormat,
      toml_text(backup.up_to),
      backup.last_event);
  int count = 0;
  for (const KeptFile& each : backup.files)
    text += fmt::format("file-{} = {}\n", ++count, toml_text(fmt::format("{} {} {}", each.name, each.bytes, each.sha256)));
  text += "# Keys that are not in it: setting, fingerprint, place. A restored sale needs them.\n";
  count = 0;
  for (const NamedKey& each : backup.named)
    text += fmt::format("named-{} = {}\n", ++count, toml_text(fmt::format("{} {} {}", each.setting, each.fingerprint, each.place)));
  return text;
}

Backup read_backup(const std::filesystem::path& folder) {
  const std::filesystem::path list = folder / kBackupList;
  const auto text = read_private_file(list, kMostBytes, Links::refused);
  if (!text) fail(list, text.error());
  const auto entries = parse_config(*text);
  if (!entries) fail(list, fmt::format("line {}: {}", entries.error().line, entries.error().reason));
  if (entries->empty() || entries->front().key != "format") fail(list, "is no list of a backup");
  Backup backup;
  for (const ConfigEntry& each : *entries) take(backup, each, list);
  if (std::ranges::find(backup.files, kDatabase, &KeptFile::name) == backup.files.end()) fail(list, "names no database");
  for (const KeptFile& each : backup.files) {
    const std::filesystem::path file = folder / each.name;
    if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file))) fail(file, "is missing, or is no file");
    if (local::sha256_of_file(file) != each.sha256) fail(file, "is not as it was when the backup was made");
  }
  return backup;
}

}  // namespace frontrow

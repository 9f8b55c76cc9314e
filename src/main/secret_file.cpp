#include "main/secret_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "base/random.hpp"

namespace frontrow {

namespace {

constexpr std::size_t kBytes = 32;

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
  throw std::runtime_error(fmt::format("{}: {}", file.string(), std::generic_category().message(error)));
}

std::string random_text() {
  std::array<std::byte, kBytes> bytes;
  fill_secret(bytes);
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

// Flushed before it gets its name: a key that has signed tickets must survive a power cut.
void create(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path unfinished = file.string() + ".new";
  const int descriptor = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(unfinished, errno);
  const std::string line = text + "\n";
  const bool is_written =
      ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!is_written) fail(unfinished, error);
  std::filesystem::rename(unfinished, file);
  const int directory = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) fail(file.parent_path(), errno);
  ::fsync(directory);
  ::close(directory);
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in) throw std::runtime_error(fmt::format("{}: cannot be read", file.string()));
  return content.str();
}

}  // namespace

Secret load_or_create_secret(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) create(file, random_text());
  return read_secret(file);
}

Secret read_whole_secret(const std::filesystem::path& file) { return Secret(content_of(file)); }

Secret read_secret(const std::filesystem::path& file) {
  std::string text = content_of(file);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) throw std::runtime_error(fmt::format("{}: is empty", file.string()));
  return Secret(std::move(text));
}

}  // namespace frontrow

#include "main/secret_file.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "base/log.hpp"
#include "base/private_files.hpp"
#include "base/random.hpp"

namespace frontrow {

namespace {

constexpr std::size_t kBytes = 32;
constexpr std::size_t kMostBytes = std::size_t{64} << 10;

std::string random_text() {
  std::array<std::byte, kBytes> bytes;
  fill_secret(bytes);
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

Secret read(const std::filesystem::path& file) {
  auto text = read_private_file(file, kMostBytes, Links::refused);
  if (!text) throw std::runtime_error(fmt::format("{}: {}", file.string(), text.error()));
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->empty()) throw std::runtime_error(fmt::format("{}: is empty", file.string()));
  return Secret(std::move(*text));
}

}  // namespace

Secret load_or_create_secret(const std::filesystem::path& file) {
  if (const std::string refusal = refuse_own_file(file); !refusal.empty()) throw std::runtime_error(refusal);
  if (close_to_others(file))
    log_warn("a secret could be read by every user of this machine: delete the file, and the next start makes a new one",
             {{"file", file.string()}});
  if (!std::filesystem::exists(file)) create_private_file(file, random_text() + "\n");
  return read(file);
}

void require_length(std::string_view name, const Secret& secret, std::size_t least_bytes) {
  if (secret.reveal().size() < least_bytes)
    throw std::runtime_error(fmt::format("the {} is too short: {} bytes at least", name, least_bytes));
}

}  // namespace frontrow

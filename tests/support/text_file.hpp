// Whole files, as text.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace frontrow::test {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>{in}, {}};
}

// The first line, without its line break.
inline std::string read_line(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  return text.substr(0, text.find('\n'));
}

inline void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

inline std::filesystem::path source_dir() { return FRONTROW_SOURCE_DIR; }

}  // namespace frontrow::test

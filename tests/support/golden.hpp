// Golden files: names and texts that users rely on. A change shows as a difference; only FRONTROW_WRITE_GOLDEN=1 writes
// the file.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace frontrow::test {

// `path` is relative to the root of the repository.
inline void expect_golden(const std::string& path, const std::string& actual) {
  const auto file = std::filesystem::path{FRONTROW_SOURCE_DIR} / path;
  if (std::getenv("FRONTROW_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << actual;
  }
  std::ifstream in{file, std::ios::binary};
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(actual, expected) << path << " is out of date; if the change is meant, run this with FRONTROW_WRITE_GOLDEN=1";
}

}  // namespace frontrow::test

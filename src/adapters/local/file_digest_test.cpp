#include "adapters/local/file_digest.hpp"

#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/processes/temp_directory.hpp"

namespace frontrow::local {
namespace {

// The examples of FIPS 180-4 and of NIST's CAVP.
constexpr char kOfNothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kOfAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kOfAMillion[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(FileDigest, IsSha256) {
  EXPECT_EQ(sha256_of(""), kOfNothing);
  EXPECT_EQ(sha256_of("abc"), kOfAbc);
  const TempDirectory home;
  const auto digest = [&](const std::string& text) {
    std::ofstream{home.path() / "file", std::ios::binary} << text;
    return sha256_of_file(home.path() / "file");
  };
  EXPECT_EQ(digest(""), kOfNothing);
  EXPECT_EQ(digest("abc"), kOfAbc);
  EXPECT_EQ(digest(std::string(1'000'000, 'a')), kOfAMillion);
  // Longer than a block, and as long as one.
  for (const std::size_t size : {(std::size_t{1} << 20) - 1, std::size_t{1} << 20, (std::size_t{1} << 20) + 1}) {
    const std::string text(size, 'x');
    EXPECT_EQ(digest(text), sha256_of(text)) << size;
  }
  EXPECT_THROW(sha256_of_file(home.path() / "none"), std::runtime_error);
}

}  // namespace
}  // namespace frontrow::local

#include "http/gzip_pieces.hpp"

#include <gtest/gtest.h>

#include "http/gunzip.hpp"

namespace frontrow::http {
namespace {

std::string joined(const std::vector<SharedBytes>& parts) {
  std::string all;
  for (const SharedBytes& part : parts) all += *part;
  return all;
}

TEST(GzipPieces, AreOneStreamInAnyRow) {
  GzipPieces gzip;
  const std::string noise = [] {
    std::string bytes;
    for (std::uint32_t i = 0, x = 1; i < 100'000; ++i) bytes += static_cast<char>((x = x * 1'664'525 + 1'013'904'223) >> 24);
    return bytes;
  }();
  const std::vector<std::string> texts{"{\"seats\":[", std::string(70'000, 'x'), "", noise, "]}"};
  std::vector<GzipPiece> pieces;
  for (const std::string& text : texts) pieces.push_back(gzip.compress(text));
  EXPECT_LT(pieces[1].bytes->size(), 200U);
  EXPECT_EQ(gunzip(joined(gzip_stream(pieces))), texts[0] + texts[1] + texts[2] + texts[3] + texts[4]);
  pieces[1] = gzip.compress("y");
  std::swap(pieces[0], pieces[3]);
  EXPECT_EQ(gunzip(joined(gzip_stream(pieces))), noise + "y" + texts[0] + "]}");
  EXPECT_EQ(gunzip(joined(gzip_stream({}))), "");
}

}  // namespace
}  // namespace frontrow::http

// What is carried is whole, and the page asks for nothing that is not.
#include "api/assets/embedded_assets.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <string>

namespace frontrow {
namespace {

std::string inflated(std::span<const unsigned char> gzipped) {
  z_stream stream{};
  constexpr int kGzipOnly = 15 + 16;
  EXPECT_EQ(inflateInit2(&stream, kGzipOnly), Z_OK);
  stream.next_in = const_cast<unsigned char*>(gzipped.data());
  stream.avail_in = static_cast<unsigned>(gzipped.size());
  std::string out;
  std::array<unsigned char, 65536> piece;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = piece.data();
    stream.avail_out = piece.size();
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(piece.size() - stream.avail_out));
  }
  EXPECT_EQ(state, Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0u) << "something follows the gzip stream";
  inflateEnd(&stream);
  return out;
}

const Asset* find_asset(std::string_view path) {
  const auto found = std::ranges::find(embedded_assets(), path, &Asset::path);
  return found == embedded_assets().end() ? nullptr : &*found;
}

TEST(EmbeddedAssets, AreWholeAndDistinct) {
  std::set<std::string_view> paths, etags;
  for (const auto& asset : embedded_assets()) {
    EXPECT_FALSE(inflated(asset.gzipped).empty()) << asset.path;
    EXPECT_TRUE(std::regex_match(std::string{asset.etag}, std::regex{"\"[0-9a-f]{16}\""})) << asset.etag;
    EXPECT_TRUE(paths.insert(asset.path).second) << asset.path;
    EXPECT_TRUE(etags.insert(asset.etag).second) << asset.path;
  }
}

TEST(EmbeddedAssets, ThePageLoadsOnlyWhatIsCarriedAndNothingInline) {
  const Asset* page = find_asset("/swagger-ui.html");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  const std::string html = inflated(page->gzipped);
  EXPECT_FALSE(std::regex_search(html, std::regex{"<script>|<style|onload=|javascript:|https?:"})) << html;
  const std::regex reference{"(?:src|href)=\"(/[^\"]*)\""};
  int references = 0;
  for (std::sregex_iterator each{html.begin(), html.end(), reference}, end; each != end; ++each, ++references) {
    EXPECT_NE(find_asset((*each)[1].str()), nullptr) << (*each)[1];
  }
  EXPECT_GE(references, 4);
}

TEST(EmbeddedAssets, TheDescriptionIsOpenApi) {
  const Asset* description = find_asset("/docs/openapi.yml");
  ASSERT_NE(description, nullptr);
  EXPECT_EQ(description->content_type, "application/yaml");
  EXPECT_NE(inflated(description->gzipped).find("openapi: 3."), std::string::npos);
  EXPECT_NE(inflated(find_asset("/swagger-ui/init.js")->gzipped).find("'/docs/openapi.yml'"), std::string::npos);
}

}  // namespace
}  // namespace frontrow

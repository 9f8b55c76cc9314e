// The files the server carries inside itself: the API page with all it loads, and the API description.
//
// Stored gzipped only; a client that does not accept gzip gets them inflated. tools/embed_assets.py makes the bytes at build time.
#pragma once

#include <span>
#include <string_view>

namespace frontrow {

struct Asset {
  std::string_view path;  // as requested: "/swagger-ui.html"
  std::string_view content_type;
  std::string_view etag;  // of the gzipped bytes, with its quotes
  std::span<const unsigned char> gzipped;
};

std::span<const Asset> embedded_assets();

}  // namespace frontrow

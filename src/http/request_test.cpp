#include "http/request.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

TEST(AcceptEncoding, NamesGzipUnlessItsWeightIsNothing) {
  for (const char* accepted : {"gzip", "GZIP", "deflate, gzip, br", "gzip;q=1.0", "br;q=1, gzip ; q=0.001"})
    EXPECT_TRUE(names_gzip(accepted)) << accepted;
  for (const char* accepted : {"", "identity", "br", "x-gzipped", "gzip;q=0", "gzip; q=0.000, br", ",,"})
    EXPECT_FALSE(names_gzip(accepted)) << accepted;
}

TEST(JsonMediaType, IsApplicationJsonInUtf8) {
  for (const char* type : {"application/json",
                           "Application/JSON",
                           "application/json; charset=utf-8",
                           "application/json;charset=UTF-8",
                           "application/json ; charset=\"utf-8\"",
                           "application/json;"}) {
    EXPECT_TRUE(is_json_media_type(type)) << type;
  }
  for (const char* type : {"",
                           "text/plain",
                           "application/jsonx",
                           "application/problem+json",
                           "application/json; charset=latin1",
                           "application/json, text/plain",
                           "application/json; q=1",
                           "application / json",
                           "application/json; charset=utf-8; charset=utf-7",
                           "multipart/form-data"}) {
    EXPECT_FALSE(is_json_media_type(type)) << type;
  }
}

}  // namespace
}  // namespace frontrow::http

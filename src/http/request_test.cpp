#include "http/request.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

bool prefers_gzip(std::initializer_list<std::string_view> lines) {
  AcceptedCodings codings;
  for (const auto line : lines) codings.add(line);
  return codings.prefer_gzip();
}

TEST(AcceptEncoding, PrefersGzipUnlessItsWeightIsNothingOrLessThanThatOfIdentity) {
  for (const char* accepted : {"gzip", "GZIP", "x-gzip", "deflate, gzip, br", "gzip;q=1.0", "br;q=1, gzip ; q=0.001", "*", "*;q=0.1", "br, *",
                               "gzip;Q=0.5", "identity;q=0.5, gzip;q=0.5", "identity;q=0, gzip;q=0.1", ",,gzip,,", "gzip, br;q=9"})
    EXPECT_TRUE(prefers_gzip({accepted})) << accepted;
  for (const char* accepted : {"", "identity", "br", "x-gzipped", "gzip;q=0", "gzip; q=0.000, br", ",,", "*;q=0", "gzip;q=0, *",
                               "identity, gzip;q=0.5", "gzip;q=2", "gzip;q=0.1234", "gzip;q=", "gzip;q=1.001", "gzip;q=-1", "gzip;level=1"})
    EXPECT_FALSE(prefers_gzip({accepted})) << accepted;
}

TEST(AcceptEncoding, IsOneListOverSeveralLines) {
  EXPECT_TRUE(prefers_gzip({"br", "gzip"}));
  EXPECT_FALSE(prefers_gzip({"gzip;q=0.2", "identity"}));
}

TEST(JsonMediaType, IsApplicationJsonInUtf8) {
  for (const char* type : {"application/json",
                           "Application/JSON",
                           "application/json; charset=utf-8",
                           "application/json;charset=UTF-8",
                           "application/json ; charset=\"utf-8\"",
                           "application/json;",
                           "application/json; odata.metadata=minimal",
                           "application/json; charset=utf-8; api-version=1",
                           "application/json; q=1"}) {
    EXPECT_TRUE(is_json_media_type(type)) << type;
  }
  for (const char* type : {"",
                           "text/plain",
                           "application/jsonx",
                           "application/problem+json",
                           "application/json; charset=latin1",
                           "application/json, text/plain",
                           "application/json; q",
                           "application / json",
                           "application/json; charset=utf-8; charset=utf-7",
                           "multipart/form-data"}) {
    EXPECT_FALSE(is_json_media_type(type)) << type;
  }
}

}  // namespace
}  // namespace frontrow::http

// The cases of docs/reference/jwt.md: RFC 7519, 7515 and 8725, and what issuers in use send. Each is accepted, or refused for the
// reason that is said. Signatures that do not fit are in jwt_test.cpp.
#include <gtest/gtest.h>

#include "api/jwt.hpp"
#include "support/clients/bearer_token.hpp"

namespace frontrow::http {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const TimePoint kNow{std::chrono::seconds{1'800'000'000}};
constexpr const char* kAccepted = "";
constexpr const char* kMalformed = "The token is malformed.";
constexpr const char* kOtherAlgorithm = "The token is not signed with the algorithm of this server.";
constexpr const char* kExtension = "The token demands an extension that is not known here.";
constexpr const char* kNoExpiry = "The token has no expiry.";
constexpr const char* kBadExp = "The token's exp is not a number of seconds.";
constexpr const char* kExpired = "The token has expired.";
constexpr const char* kBadNbf = "The token's nbf is not a number of seconds.";
constexpr const char* kTooEarly = "The token is not valid yet.";
constexpr const char* kBadIat = "The token's iat is not a number of seconds.";
constexpr const char* kNoUser = "The token names no user.";

struct Case {
  const char* name;
  std::string header;
  std::string claims;
  const char* reason;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class JwtCases : public testing::TestWithParam<Case> {};

TEST_P(JwtCases, AreAcceptedOrRefusedForTheReasonSaid) {
  const JwtVerifier verifier({}, KeySet::of_file(JwtAlgorithm::hs256, kSecret));
  const auto user = verifier.verify(test::signed_with(kSecret, GetParam().header, GetParam().claims), kNow);
  EXPECT_EQ(user ? "" : user.error().refusal.detail, GetParam().reason);
}

Case header(const char* name, std::string text, const char* reason) {
  return {name, std::move(text), R"({"sub":"42","exp":1800000100})", reason};
}
Case claims(const char* name, std::string text, const char* reason) {
  return {name, R"({"alg":"HS256","typ":"JWT"})", R"({"sub":"42",)" + text + "}", reason};
}
Case subject(const char* name, const std::string& sub, const char* reason) {
  return {name, R"({"alg":"HS256","typ":"JWT"})", R"({"exp":1800000100,"sub":)" + sub + "}", reason};
}

const std::vector<Case> kHeaders{
    header("no type", R"({"alg":"HS256"})", kAccepted),
    header("type JWT", R"({"alg":"HS256","typ":"JWT"})", kAccepted),
    header("type of an access token", R"({"typ":"at+jwt","alg":"HS256"})", kAccepted),
    header("key id", R"({"alg":"HS256","kid":"../../etc/passwd"})", kAccepted),
    header("keys brought along",
           R"({"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"jku":"https://evil.example/","x5u":"x","x5c":["x"]})", kAccepted),
    header("nested names", R"({"alg":"HS256","x":{"alg":"none"}})", kAccepted),
    header("blanks and line breaks", "{ \"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", kAccepted),
    header("no algorithm", R"({"typ":"JWT"})", kOtherAlgorithm),
    header("algorithm none", R"({"alg":"none"})", kOtherAlgorithm),
    header("algorithm in lower case", R"({"alg":"hs256"})", kOtherAlgorithm),
    header("another algorithm", R"({"alg":"RS256"})", kOtherAlgorithm),
    header("algorithm that is no string", R"({"alg":["HS256"]})", kOtherAlgorithm),
    header("algorithm twice", R"({"alg":"HS256","alg":"HS256"})", kMalformed),
    header("algorithm twice by escapes", R"({"alg":"HS256","\u0061lg":"none"})", kMalformed),
    header("extension", R"({"alg":"HS256","crit":["exp"],"exp":1})", kExtension),
    header("extension list that is empty", R"({"alg":"HS256","crit":[]})", kExtension),
    header("unencoded payload", R"({"alg":"HS256","b64":false,"crit":["b64"]})", kExtension),
    header("comment", R"({"alg":"HS256"/**/})", kMalformed),
    header("trailing comma", R"({"alg":"HS256",})", kMalformed),
    header("array", R"(["HS256"])", kMalformed),
    header("nothing", "", kMalformed),
    header("broken UTF-8", "{\"alg\":\"HS256\",\"x\":\"\xff\"}", kMalformed),
    header("byte order mark", "\xef\xbb\xbf{\"alg\":\"HS256\"}", kMalformed),
};

const std::vector<Case> kTimes{
    claims("exp as an integer", R"("exp":1800000100)", kAccepted),
    claims("exp with a fraction", R"("exp":1800000100.123456)", kAccepted),
    claims("exp with a zero fraction", R"("exp":1800000100.0)", kAccepted),
    claims("exp with an exponent", R"("exp":1.8000001e9)", kAccepted),
    claims("exp just within the leeway", R"("exp":1799999940.001)", kAccepted),
    claims("exp at the end of the leeway", R"("exp":1799999940.0)", kExpired),
    claims("exp in milliseconds", R"("exp":1800000100000)", kAccepted),
    claims("exp as the largest integer", R"("exp":9223372036854775807)", kAccepted),
    claims("exp larger than an integer", R"("exp":18446744073709551616)", kAccepted),
    claims("exp larger than any number", R"("exp":1e999)", kBadExp),
    claims("exp as a string", R"("exp":"1800000100")", kBadExp),
    claims("exp null", R"("exp":null)", kBadExp),
    claims("exp true", R"("exp":true)", kBadExp),
    claims("exp as a list", R"("exp":[1800000100])", kBadExp),
    claims("exp zero", R"("exp":0)", kExpired),
    claims("exp minus zero", R"("exp":-0)", kExpired),
    claims("exp negative", R"("exp":-1800000100)", kExpired),
    claims("exp negative with a fraction", R"("exp":-0.5)", kExpired),
    claims("no exp", R"("iat":1799999990)", kNoExpiry),
    claims("exp in other spelling", R"("Exp":1800000100)", kNoExpiry),
    claims("exp twice", R"("exp":1800000100,"exp":1)", kMalformed),
    claims("nbf with a fraction, past", R"("exp":1800000100,"nbf":1799999999.5)", kAccepted),
    claims("nbf within the leeway", R"("exp":1800000100,"nbf":1800000060.0)", kAccepted),
    claims("nbf behind the leeway", R"("exp":1800000100,"nbf":1800000060.5)", kTooEarly),
    claims("nbf as a string", R"("exp":1800000100,"nbf":"1799999990")", kBadNbf),
    claims("nbf null", R"("exp":1800000100,"nbf":null)", kBadNbf),
    claims("nbf behind exp", R"("exp":1800000010,"nbf":1800000020)", kAccepted),
    claims("iat with a fraction", R"("exp":1800000100,"iat":1799999990.25)", kAccepted),
    claims("iat in the future", R"("exp":1800000100,"iat":1900000000)", kAccepted),
    claims("iat as a string", R"("exp":1800000100,"iat":"now")", kBadIat),
};

const std::vector<Case> kSubjects{
    subject("number as a string", R"("42")", kAccepted),
    subject("largest user", R"("9007199254740991")", kAccepted),
    subject("escaped digits", R"("\u0034\u0032")", kAccepted),
    subject("number", "42", kNoUser),
    subject("UUID", R"("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")", kNoUser),
    subject("zero", R"("0")", kNoUser),
    subject("leading zero", R"("042")", kNoUser),
    subject("negative", R"("-42")", kNoUser),
    subject("too large", R"("9007199254740992")", kNoUser),
    subject("with a NUL", R"("42\u0000")", kNoUser),
    subject("empty", R"("")", kNoUser),
    subject("null", "null", kNoUser),
    {"no subject", R"({"alg":"HS256"})", R"({"exp":1800000100})", kNoUser},
    {"subject twice", R"({"alg":"HS256"})", R"({"sub":"1","exp":1800000100,"sub":"2"})", kMalformed},
    {"claims that are an array", R"({"alg":"HS256"})", "[]", kMalformed},
    {"claims that are no JSON", R"({"alg":"HS256"})", "sub=42", kMalformed},
    {"text behind the claims", R"({"alg":"HS256"})", R"({"sub":"42","exp":1800000100}x)", kMalformed},
    {"a token in a token", R"({"alg":"HS256","cty":"JWT"})", "a.b.c", kMalformed},
    {"nested too deep",
     R"({"alg":"HS256"})",
     R"({"sub":"42","exp":1800000100,"x":)" + std::string(20, '[') + std::string(20, ']') + "}",
     kMalformed},
};

// Shaped like the tokens of issuers in use, with a subject as ours still has to be.
const std::vector<Case> kIssuers{
    {"Keycloak",
     R"({"alg":"HS256","typ":"JWT","kid":"FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE"})",
     R"({"exp":1800000100,"iat":1799999800,"auth_time":1799999799,"jti":"onrtac:1c0d","iss":"https://id.example/realms/shop",)"
     R"("aud":["shop","account"],"sub":"42","typ":"Bearer","azp":"web","sid":"x","acr":"1","allowed-origins":["https://shop.example"],)"
     R"("realm_access":{"roles":["offline_access","uma_authorization"]},"resource_access":{"account":{"roles":["manage-account"]}},)"
     R"("scope":"openid email","email_verified":false,"name":"홍 길동","preferred_username":"hong"})",
     kAccepted},
    {"Auth0",
     R"({"alg":"HS256","typ":"JWT","kid":"NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg"})",
     R"({"iss":"https://tenant.auth0.com/","sub":"42","aud":["https://api.example","https://tenant.auth0.com/userinfo"],)"
     R"("iat":1799999990,"exp":1800086390,"azp":"abc","scope":"openid profile","gty":"password","permissions":[]})",
     kAccepted},
    {"Firebase",
     R"({"alg":"HS256","kid":"d97f1ea7e2c5c2a4c4f2ac6e6d2ae86c1a6e0f21","typ":"JWT"})",
     R"({"name":"a","picture":"https://p.example/x.png","iss":"https://securetoken.google.com/shop","aud":"shop","auth_time":1799999000,)"
     R"("user_id":"42","sub":"42","iat":1799999990,"exp":1800003590,"email":"a@b.example","email_verified":true,)"
     R"("firebase":{"identities":{"google.com":["1"],"email":["a@b.example"]},"sign_in_provider":"google.com"}})",
     kAccepted},
    {"Auth0 as it really names people",
     R"({"alg":"HS256","typ":"JWT"})",
     R"({"sub":"auth0|507f1f77bcf86cd799439020","aud":"x","iat":1799999990,"exp":1800086390})",
     kNoUser},
};

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::to_string(info.index) + "_";
  for (char c : std::string_view(info.param.name)) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Headers, JwtCases, testing::ValuesIn(kHeaders), test_name);
INSTANTIATE_TEST_SUITE_P(Times, JwtCases, testing::ValuesIn(kTimes), test_name);
INSTANTIATE_TEST_SUITE_P(Subjects, JwtCases, testing::ValuesIn(kSubjects), test_name);
INSTANTIATE_TEST_SUITE_P(Issuers, JwtCases, testing::ValuesIn(kIssuers), test_name);

// Made by PyJWT 2 (times with fractions), jose 6 and jsonwebtoken 9 for JavaScript.
constexpr const char* kRsaKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqmMWVQz/qmtk9mf+jm2e\n"
    "oEwapu4Zg7PTKP/IVVBEzoD6aspBGgF34zM5/+ZmDSYTzpQhbQx+taTA/qhPVbTK\n"
    "LR19rr7wVM0n5gooQOljJwXhwanKgt7NqtCrLNvPk07Qqxgzu9PMVqpMyfQO2Pc8\n"
    "af4HigT2jr+xpjroWzMMVAeSY+e772h9eS/ohGlbMCxABQcGpgSgzJWB/WKHvDgL\n"
    "vCf53CvhRtBkdLKKbJfxYLbECSgJcknuxO3GQU0h4ArqiRHqT0un4CtPDA9dKZUD\n"
    "NpP2VBC/Gsq67XdvBNgm4dgoUpxII4L6WYFumDGGaNGLGTnM5TFkTKz7wp6MoNst\n"
    "RwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr const char* kEcKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAER5pG56wkpfiwbl/xuDykDyUvaH+G\n"
    "yLWWMQenZsAjrtjZ6/GJxmJp7TWqLLqQu1uNPABtrE7OK9GBhZ2FG+Vz/A==\n"
    "-----END PUBLIC KEY-----\n";

struct Emitted {
  const char* by;
  JwtAlgorithm algorithm;
  std::string key;
  std::string token;
};
const std::vector<Emitted> kEmitted{
    {"PyJWT",
     JwtAlgorithm::hs256,
     kSecret,
     "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MC4yNSwibmJmIjoxNzk5OTk5OTkwLjI1LCJleHAiOjE"
     "4MDAwMDAxMDAuNX0.W_YMWLW_464dSRrCMWhx5qXFfKf4gmP9NnCQ4yX-nIk"},
    {"PyJWT",
     JwtAlgorithm::rs256,
     kRsaKey,
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MC4yNSwibmJmIjoxNzk5OTk5OTkw"
     "LjI1LCJleHAiOjE4MDAwMDAxMDAuNX0.cumi7zYBuqELvL10y7tw47GNS1xbR2Wd-U9JLMBmsnNz2vbLLwoYunZBNtSmbVvpS2wCnIrbxX4YvkY_uLs8"
     "YsoQ79mjCthiEqWO3ENnTWsPa24T2AdG1hQpf8_g1KL1JVs_ZCr9Jl4N5EJjuFnMF1YcQv74xki8z-Zq8IdLIe07UD63S3aiDU1mITO7g7xFRhlyZDy9"
     "yfmfTGMUJOgcfjOFK8zDsLwokbRESMGD2e-UZHgS7UL70KSRRRPh-i6jtbb4e4Xc1r4FCQ81GZ38N0eGFgCZkAyRT7U8Bk377gnzfpW35z-hEompOil6"
     "bkMJhoiLoUYhpBgQ2ZWdxT6ijQ"},
    {"PyJWT",
     JwtAlgorithm::es256,
     kEcKey,
     "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MC4yNSwibmJmIjoxNzk5OTk5OTkwLjI1LCJleHAiOjE"
     "4MDAwMDAxMDAuNX0.H6caVtnY_CAUI-oC0VnBgWFAAUZr30P1Zl8_t-slZk_ADFCLpkrVh_7xnt4vmpfMpEbGMYF5htmwgnJPPS5GUQ"},
    {"jose",
     JwtAlgorithm::rs256,
     kRsaKey,
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0.eyJzY29wZSI6Im9wZW5pZCIsInN1YiI6IjQyIiwiaWF0IjoxNzk5OTk5OTkwLCJl"
     "eHAiOjE4MDAwMDAxMDAsImlzcyI6Imh0dHBzOi8vaWQuZXhhbXBsZS8iLCJhdWQiOiJzaG9wIn0.V35FoWUi0KUwb3Z6rn6QwBMN3_0ykxqTcMubzCWG"
     "hF-18tLOz9iWttw8Y1K69YmOPkClI_fh7uf_VuaXBe-oUm8S_0Z-VARTs0O3aGXOZg75tLgRLcX1vUJz07QUITvy5ugcgizAnR89xa6wWd-u5c100ll8"
     "9cxurRk53A4gZSn1JYUF2YqmLSANVD4QHr6a5sCVhFx4RTetNdvA3YPg3KGK0jvWYwAzBFAXrPIX60ggmTeyTUaEjPqp0qbA6Rv70pupT--tjIn8O6xH"
     "0yufhW0AKBYXyE31Qk50NS0gXeLl4C1NxQvMZlg9MPLNq1ZcrMWTpz1PfGAUg2aUDgJCnw"},
    {"jose",
     JwtAlgorithm::es256,
     kEcKey,
     "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwfQ.dpMZ8qezoBwGRjmNAV2LKJxbsqPu_0Up"
     "Xh8ukaA-Ki0OTBwfYHVqnPDppLOAYdQTER235RyC-uIinbapf_wR6A"},
    {"jsonwebtoken",
     JwtAlgorithm::hs256,
     kSecret,
     "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwfQ.i_WK3NAVw_iYp-Ie"
     "jLDQO2zI7ATJoXcAhJD826ZJpEQ"},
};

TEST(JwtOfOtherLibraries, IsAccepted) {
  for (const Emitted& emitted : kEmitted) {
    const auto user = JwtVerifier({}, KeySet::of_file(emitted.algorithm, emitted.key)).verify(emitted.token, kNow);
    ASSERT_TRUE(user.has_value()) << emitted.by << ": " << user.error().refusal.detail;
    EXPECT_EQ(user->user, UserId{42}) << emitted.by;
  }
}

TEST(JwtForm, IsTheCompactOneOnly) {
  const JwtVerifier verifier({}, KeySet::of_file(JwtAlgorithm::hs256, kSecret));
  const std::string good = test::signed_with(kSecret, R"({"alg":"HS256"})", R"({"sub":"42","exp":1800000100})");
  ASSERT_TRUE(verifier.verify(good, kNow).has_value());
  const std::size_t first = good.find('.'), last = good.rfind('.');
  for (const std::string& bad :
       {std::string{},
        std::string{"."},
        std::string{".."},
        good.substr(0, last),      // no signature
        good.substr(0, last + 1),  // an empty one
        good + ".",                // four parts
        good + ".x.y",             // five: encrypted
        good + "=",                // padding
        " " + good,                // blanks
        good + "\n",
        good.substr(0, first) + "=" + good.substr(first),
        R"({"payload":")" + good.substr(first + 1, last - first - 1) + R"(","signatures":[]})"}) {  // JSON form
    EXPECT_FALSE(verifier.verify(bad, kNow).has_value()) << bad;
  }
}

TEST(JwtKey, IsReplacedForTokensToCome) {
  JwtVerifier verifier({}, KeySet::of_file(JwtAlgorithm::hs256, kSecret));
  const std::string other(32, 'x'), claims = R"({"sub":"42","exp":1800000100})", header = R"({"alg":"HS256"})";
  verifier.use(KeySet::of_file(JwtAlgorithm::hs256, other));
  EXPECT_TRUE(verifier.verify(test::signed_with(other, header, claims), kNow).has_value());
  EXPECT_FALSE(verifier.verify(test::signed_with(kSecret, header, claims), kNow).has_value());
  EXPECT_TRUE(verifier.verify(test::signed_with(other, header, claims), kNow).has_value());
}

}  // namespace
}  // namespace frontrow::http

#include "api/key_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace frontrow::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kEcNumbers =
    R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";
constexpr std::string_view kEdNumbers = R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
// RFC 7517, A.1
constexpr std::string_view kRsaNumbers =
    R"("n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst)"
    R"(n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9)"
    R"(1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB")";

std::string ec(std::string_view more = "") {
  return R"({"kty":"EC","crv":"P-256",)" + std::string(kEcNumbers) + std::string(more) + "}";
}
std::string ed(std::string_view more = "") {
  return R"({"kty":"OKP","crv":"Ed25519",)" + std::string(kEdNumbers) + std::string(more) + "}";
}
std::string rsa(std::string_view more = "") { return R"({"kty":"RSA",)" + std::string(kRsaNumbers) + std::string(more) + "}"; }
std::string set_of(const std::string& keys) { return R"({"keys":[)" + keys + "]}"; }

std::string reason_for(const std::string& text) {
  try {
    KeySet::of_json(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

bool is_signed(const KeySet& set, JwtAlgorithm algorithm, std::string_view token) {
  const std::size_t last = token.rfind('.');
  const auto signature = decode_base64url(token.substr(last + 1)).value();
  const auto candidates = set.find(algorithm, {});
  return !candidates.keys.empty() && candidates.keys.front()->verifies(token.substr(0, last), signature);
}

TEST(KeySet, VerifiesTheExamplesOfTheRfcs) {
  const KeySet set = KeySet::of_json(set_of(ec() + "," + ed()));
  // RFC 7515, A.3
  EXPECT_TRUE(is_signed(set,
                        JwtAlgorithm::es256,
                        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
                        "Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"));
  // RFC 8037, A.4
  EXPECT_TRUE(is_signed(set,
                        JwtAlgorithm::eddsa,
                        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbh"
                        "ijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"));
}

TEST(KeySet, AKeyIsFoundByItsIdAndAlgorithm) {
  const KeySet set = KeySet::of_json(set_of(ec(R"(,"kid":"a")") + "," + rsa(R"(,"kid":"b")") + "," + rsa(R"(,"kid":"c")")));
  EXPECT_EQ(set.find(JwtAlgorithm::es256, "a").keys.size(), 1U);
  EXPECT_EQ(set.find(JwtAlgorithm::rs256, "b").keys.size(), 1U);
  EXPECT_EQ(set.find(JwtAlgorithm::rs256, {}).keys.size(), 2U) << "a token without an id may be of either";
  EXPECT_TRUE(set.find(JwtAlgorithm::rs256, "a").keys.empty());
  EXPECT_TRUE(set.find(JwtAlgorithm::rs256, "a").is_id_known);
  EXPECT_FALSE(set.find(JwtAlgorithm::rs256, "d").is_id_known);
  EXPECT_FALSE(set.find(JwtAlgorithm::rs256, "").is_id_known);
  EXPECT_TRUE(set.find(JwtAlgorithm::ps256, "b").keys.empty()) << "one algorithm for each key";
}

TEST(KeySet, AKeyWithoutAlgorithmGetsOne) {
  const auto algorithm_of = [](const std::string& key, std::vector<JwtAlgorithm> allowed) {
    const KeySet set = KeySet::of_json(set_of(key), allowed);
    for (int i = 0; i <= static_cast<int>(JwtAlgorithm::eddsa); ++i)
      if (!set.find(static_cast<JwtAlgorithm>(i), {}).keys.empty()) return static_cast<JwtAlgorithm>(i);
    return JwtAlgorithm::hs256;
  };
  EXPECT_EQ(algorithm_of(rsa(), {}), JwtAlgorithm::rs256);
  EXPECT_EQ(algorithm_of(ec(), {}), JwtAlgorithm::es256);
  EXPECT_EQ(algorithm_of(ed(), {}), JwtAlgorithm::eddsa);
  EXPECT_EQ(algorithm_of(rsa(), {JwtAlgorithm::es256, JwtAlgorithm::ps384, JwtAlgorithm::rs256}), JwtAlgorithm::ps384);
  EXPECT_EQ(algorithm_of(rsa(R"(,"alg":"RS512")"), {JwtAlgorithm::ps384, JwtAlgorithm::rs512}), JwtAlgorithm::rs512);
  EXPECT_EQ(algorithm_of(ed(R"(,"alg":"Ed25519")"), {}), JwtAlgorithm::eddsa);
}

struct Bad {
  std::string key;
  const char* reason;
};

TEST(KeySet, LeavesOutKeysThatAreNotForThis) {
  const std::string other_point = R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                                  R"("y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})";
  const std::vector<Bad> bad{
      {R"({"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i"})", "no public key"},
      {rsa(R"(,"alg":"HS256")"), "another kind of key"},
      {rsa(R"(,"alg":"none")"), "not known"},
      {rsa(R"(,"alg":"RSA-OAEP")"), "not known"},
      {rsa(R"(,"alg":"ES256")"), "another kind of key"},
      {ec(R"(,"alg":"ES384")"), "another kind of key"},
      {ec(R"(,"alg":256)"), "alg is no text"},
      {rsa(R"(,"use":"enc")"), "use"},
      {rsa(R"(,"key_ops":["sign"])"), "key_ops"},
      {rsa(R"(,"key_ops":"verify")"), "key_ops"},
      {ec(R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")"), "no public key"},
      {R"({"kty":"RSA","n":"sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri","e":"AQAB"})", "2048 bits"},
      {R"({"kty":"RSA","e":"AQAB"})", "n is missing"},
      {R"({"kty":"RSA","n":"+/==","e":"AQAB"})", "base64url"},
      {R"({"kty":"RSA",)" + std::string(kRsaNumbers.substr(0, kRsaNumbers.size() - 5)) + R"(AQ"})", "no sound key"},
      {R"({"kty":"RSA",)" + std::string(kRsaNumbers.substr(0, kRsaNumbers.size() - 5)) + R"(Ag"})", "no sound key"},
      {other_point, "no sound key"},
      {R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"AA"})", "no sound key"},
      {R"({"kty":"EC","crv":"secp256k1",)" + std::string(kEcNumbers) + "}", "not known here"},
      {R"({"kty":"OKP","crv":"P-256",)" + std::string(kEcNumbers) + "}", "not known here"},
      {R"({"kty":"OKP","crv":"X25519",)" + std::string(kEdNumbers) + "}", "not known here"},
      {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcH"})", "no sound key"},
      {R"({"kty":"AKP","alg":"ML-DSA-44","pub":"AA"})", "not known here"},
      {R"({"kty":7})", "kty is no text"},
      {R"({"kid":"x"})", "no kty"},
      {rsa(R"(,"kid":7)"), "kid is no text"},
      {"7", "no object"},
      {"null", "no object"},
  };
  for (const Bad& each : bad) {
    EXPECT_THAT(reason_for(set_of(each.key)), HasSubstr(each.reason)) << each.key;
    const KeySet rest = KeySet::of_json(set_of(each.key + "," + ed()));
    EXPECT_EQ(rest.size(), 1U) << each.key;
    EXPECT_EQ(rest.left_out().size(), 1U) << each.key;
  }
  const JwtAlgorithm only_ps[] = {JwtAlgorithm::ps256};
  EXPECT_THROW(KeySet::of_json(set_of(rsa(R"(,"alg":"RS256")")), only_ps), std::runtime_error);
}

TEST(KeySet, AReasonNamesTheKey) {
  const KeySet set = KeySet::of_json(set_of(ed() + "," + rsa(R"(,"kid":"old","use":"enc")")));
  EXPECT_THAT(set.left_out(), ElementsAre("key 2 (old): its use is not sig"));
}

TEST(KeySet, RefusesWhatIsNoKeySet) {
  for (const std::string& text : {std::string(),
                                  std::string("<html>"),
                                  std::string("[]"),
                                  std::string("{}"),
                                  std::string(R"({"keys":{}})"),
                                  std::string(R"({"keys":[]})"),
                                  ed(),
                                  set_of(ed()) + "x",
                                  R"({"keys":[],"keys":[)" + ed() + "]}",
                                  set_of(ed() + std::string(100, ' ') + std::string(KeySet::kMostBytes, ' '))})
    EXPECT_NE(reason_for(text), "") << text.substr(0, 50);
  std::string many = ed();
  for (int i = 0; i < 100; ++i) many += "," + ed();
  EXPECT_THAT(reason_for(set_of(many)), HasSubstr("more than 100"));
}

TEST(KeySet, UnknownMembersOfAKeyDoNotMatter) {
  EXPECT_EQ(
      KeySet::of_json(set_of(rsa(R"(,"kid":"b","x5c":["MIIB"],"x5t":"a","x5t#S256":"b","key_ops":["verify"],"use":"sig")"))).size(),
      1U);
}

}  // namespace
}  // namespace frontrow::http

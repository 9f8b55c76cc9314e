// Rules about claims that an operator sets: issuer, audience, type, scopes, leeway and age.
#include <gtest/gtest.h>

#include "api/jwt.hpp"
#include "support/clients/bearer_token.hpp"

namespace frontrow::http {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const TimePoint kNow{std::chrono::seconds{1'800'000'000}};

struct Case {
  const char* header;
  const char* claims;  // besides sub and exp
  const char* reason;  // empty: accepted
};

void expect(const JwtRules& rules, const std::vector<Case>& cases) {
  const JwtVerifier verifier(rules, KeySet::of_file(JwtAlgorithm::hs256, kSecret));
  for (const Case& each : cases) {
    const std::string claims = std::string(R"({"sub":"42","exp":1800000100)") + each.claims + "}";
    const auto bearer = verifier.verify(test::signed_with(kSecret, each.header, claims), kNow);
    EXPECT_EQ(bearer ? "" : bearer.error().refusal.detail, each.reason) << each.header << claims;
  }
}

constexpr const char* kHeader = R"({"alg":"HS256"})";

TEST(JwtRules, TheIssuerIsTheOneThatIsSet) {
  constexpr const char* kOther = "The token is of another issuer.";
  constexpr const char* kNoText = "The token's issuer is not a text.";
  expect({.issuer = "https://id.example/"},
         {{kHeader, R"(,"iss":"https://id.example/")", ""},
          {kHeader, R"(,"iss":"https://id.example")", kOther},
          {kHeader, R"(,"iss":"https://ID.example/")", kOther},
          {kHeader, R"(,"iss":"https://id.example/\u0000")", kOther},
          {kHeader, R"(,"iss":["https://id.example/"])", kNoText},
          {kHeader, "", kOther}});
  expect({}, {{kHeader, R"(,"iss":"https://evil.example")", ""}, {kHeader, R"(,"iss":7)", kNoText}});
}

TEST(JwtRules, AnAudienceIsOneOfThoseThatAreSet) {
  constexpr const char* kOther = "The token is for another audience.";
  expect({.audiences = {"shop", "tickets"}},
         {{kHeader, R"(,"aud":"shop")", ""},
          {kHeader, R"(,"aud":["account","tickets"])", ""},
          {kHeader, R"(,"aud":"other")", kOther},
          {kHeader, R"(,"aud":"shop tickets")", kOther},
          {kHeader, R"(,"aud":[])", kOther},
          {kHeader, R"(,"aud":["shop",7])", kOther},
          {kHeader, R"(,"aud":{"shop":true})", kOther},
          {kHeader, R"(,"azp":"shop")", kOther},
          {kHeader, "", kOther}});
  expect({}, {{kHeader, R"(,"aud":"other")", ""}});
}

TEST(JwtRules, ATypeIsOneOfThoseThatAreSet) {
  constexpr const char* kOther = "The token is of a type that is not accepted here.";
  expect({.types = {"at+jwt"}},
         {{R"({"alg":"HS256","typ":"at+jwt"})", "", ""},
          {R"({"alg":"HS256","typ":"AT+JWT"})", "", ""},
          {R"({"alg":"HS256","typ":"application/at+jwt"})", "", ""},
          {R"({"alg":"HS256","typ":"JWT"})", "", kOther},
          {R"({"alg":"HS256","typ":"dpop+jwt"})", "", kOther},
          {R"({"alg":"HS256","typ":["at+jwt"]})", "", kOther},
          {R"({"alg":"HS256"})", "", kOther}});
}

TEST(JwtRules, AllScopesAreWanted) {
  constexpr const char* kLacks = "The token lacks a scope that is wanted here.";
  expect({.scopes = {"buy", "queue:join"}},
         {{kHeader, R"(,"scope":"openid queue:join buy")", ""},
          {kHeader, R"(,"scp":["buy","queue:join"])", ""},
          {kHeader, R"(,"scp":"queue:join buy")", ""},
          {kHeader, R"(,"scope":"buy","scp":["queue:join"])", ""},
          {kHeader, R"(,"scope":"buy")", kLacks},
          {kHeader, R"(,"scope":"buyer queue:joins")", kLacks},
          {kHeader, R"(,"scope":["buy queue:join"])", kLacks},
          {kHeader, R"(,"scope":7)", kLacks},
          {kHeader, "", kLacks}});
}

TEST(JwtRules, ATokenIsNoOlderThanIsSet) {
  constexpr const char* kOld = "The token is too old.";
  expect({.leeway = std::chrono::seconds{10}, .max_age = std::chrono::seconds{300}},
         {{kHeader, R"(,"iat":1799999700)", ""},
          {kHeader, R"(,"iat":1799999690.5)", ""},
          {kHeader, R"(,"iat":1799999690)", kOld},
          {kHeader, R"(,"iat":1800000010)", ""},
          {kHeader, R"(,"iat":1800000011)", "The token is not valid yet."},
          {kHeader, R"(,"iat":"1800000000")", "The token's iat is not a number of seconds."},
          {kHeader, "", "The token does not say when it was issued."}});
}

TEST(JwtRules, TheLeewayIsTheOneThatIsSet) {
  const JwtVerifier strict({.leeway = std::chrono::seconds{0}}, KeySet::of_file(JwtAlgorithm::hs256, kSecret));
  const auto accepts = [&](const char* claims) {
    return strict.verify(test::signed_with(kSecret, kHeader, claims), kNow).has_value();
  };
  EXPECT_TRUE(accepts(R"({"sub":"42","exp":1800000000.5})"));
  EXPECT_FALSE(accepts(R"({"sub":"42","exp":1800000000})"));
  EXPECT_FALSE(accepts(R"({"sub":"42","exp":1800000100,"nbf":1800000001})"));
}

TEST(JwtFaults, SayWhatTheServerShouldDo) {
  using Fault = JwtVerifier::Fault;
  const auto fault_of = [](const JwtVerifier& verifier, std::string_view key, std::string_view header) {
    const auto bearer = verifier.verify(test::signed_with(key, header, R"({"sub":"42","exp":1800000100})"), kNow);
    return bearer ? std::nullopt : std::optional{bearer.error().fault};
  };
  const JwtVerifier verifier({}, KeySet::of_file(JwtAlgorithm::hs256, kSecret));
  EXPECT_EQ(fault_of(verifier, kSecret, kHeader), std::nullopt);
  EXPECT_EQ(fault_of(verifier, "another secret of 32 bytes or more", kHeader), Fault::forged);
  EXPECT_EQ(fault_of(verifier, kSecret, R"({"alg":"RS256"})"), Fault::refused);
  EXPECT_EQ(fault_of(JwtVerifier({}), kSecret, kHeader), Fault::keyless);
  const JwtVerifier set({},
                        KeySet::of_json(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a",)"
                                        R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})"));
  EXPECT_EQ(fault_of(set, kSecret, R"({"alg":"EdDSA","kid":"b"})"), Fault::unknown_key);
  EXPECT_EQ(fault_of(set, kSecret, R"({"alg":"EdDSA","kid":"a"})"), Fault::forged);
  EXPECT_EQ(fault_of(set, kSecret, R"({"alg":"HS256","kid":"a"})"), Fault::refused);
}

}  // namespace
}  // namespace frontrow::http

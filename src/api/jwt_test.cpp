#include "api/jwt.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

namespace frontrow::http {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const TimePoint kNow{std::chrono::seconds{1'800'000'000}};

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += kAlphabet[(bits >> (count - 6)) & 63];
  }
  if (count > 0) out += kAlphabet[(bits << (6 - count)) & 63];
  return out;
}

std::string hmac(std::string_view key, std::string_view message) {
  std::string mac(32, '\0');
  HMAC(EVP_sha256(),
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()),
       message.size(),
       reinterpret_cast<unsigned char*>(mac.data()),
       nullptr);
  return mac;
}

std::string hs256(std::string_view header, std::string_view payload, std::string_view key = kSecret) {
  const std::string message = base64url(header) + "." + base64url(payload);
  return message + "." + base64url(hmac(key, message));
}

struct KeyPair {
  explicit KeyPair(EVP_PKEY* made) : key(made, &EVP_PKEY_free) {}

  std::string public_pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio{BIO_new(BIO_s_mem()), &BIO_free_all};
    PEM_write_bio_PUBKEY(bio.get(), key.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
  std::string sign(std::string_view message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, message.size());
    signature.resize(size);
    return signature;
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
};

const KeyPair& rsa() {
  static const KeyPair pair{EVP_RSA_gen(2048)};
  return pair;
}
const KeyPair& ec() {
  static const KeyPair pair{EVP_EC_gen("P-256")};
  return pair;
}

// r and s, 32 bytes each, out of the DER that OpenSSL makes.
std::string raw_ecdsa(const std::string& der) {
  const auto* in = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature{d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())),
                                                                        &ECDSA_SIG_free};
  std::string raw(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + 32, 32);
  return raw;
}

JwtVerifier verifier_of(JwtAlgorithm algorithm, std::string_view key) { return JwtVerifier({}, KeySet::of_file(algorithm, key)); }

constexpr std::string_view kClaims = R"({"sub":"42","exp":1800000100,"nbf":1799999900})";

TEST(Jwt, NamesTheUserOfAnHs256Token) {
  const JwtVerifier verifier = verifier_of(JwtAlgorithm::hs256, kSecret);
  EXPECT_EQ(verifier.verify(hs256(R"({"alg":"HS256","typ":"JWT"})", kClaims), kNow).value().user, UserId{42});
}

TEST(Jwt, KnowsTheExampleOfRfc7515) {
  // Appendix A.1: a key of 64 bytes; the claims name no user, so that only the last check refuses.
  const auto key =
      decode_base64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow").value();
  const JwtVerifier verifier = verifier_of(JwtAlgorithm::hs256, key);
  const auto refused = verifier.verify(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0c"
      "nVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      TimePoint{std::chrono::seconds{1'300'000'000}});
  EXPECT_EQ(refused.error().refusal.detail, "The token names no user.");
}

TEST(Jwt, VerifiesRs256AndEs256) {
  const std::string rs_message = base64url(R"({"alg":"RS256"})") + "." + base64url(kClaims);
  const JwtVerifier rs = verifier_of(JwtAlgorithm::rs256, rsa().public_pem());
  const std::string rs_token = rs_message + "." + base64url(rsa().sign(rs_message));
  EXPECT_EQ(rs.verify(rs_token, kNow).value().user, UserId{42});

  const std::string es_message = base64url(R"({"alg":"ES256"})") + "." + base64url(kClaims);
  const JwtVerifier es = verifier_of(JwtAlgorithm::es256, ec().public_pem());
  const std::string der = ec().sign(es_message);
  EXPECT_EQ(es.verify(es_message + "." + base64url(raw_ecdsa(der)), kNow).value().user, UserId{42});
  EXPECT_FALSE(es.verify(es_message + "." + base64url(der), kNow).has_value()) << "DER is not how JWS writes it";
  EXPECT_FALSE(es.verify(es_message + "." + base64url(std::string(64, '\0')), kNow).has_value());
  EXPECT_FALSE(es.verify(es_message + ".", kNow).has_value());
  EXPECT_FALSE(es.verify(rs_token, kNow).has_value());
  EXPECT_FALSE(rs.verify(es_message + "." + base64url(raw_ecdsa(der)), kNow).has_value());
}

TEST(Jwt, DoesNotLetTheTokenChooseTheAlgorithm) {
  const std::string pem = rsa().public_pem();
  const JwtVerifier rs = verifier_of(JwtAlgorithm::rs256, pem);
  EXPECT_FALSE(rs.verify(hs256(R"({"alg":"HS256"})", kClaims, pem), kNow).has_value()) << "the public key as a secret";
  EXPECT_FALSE(rs.verify(hs256(R"({"alg":"RS256"})", kClaims, pem), kNow).has_value());
  const JwtVerifier hs = verifier_of(JwtAlgorithm::hs256, kSecret);
  for (const char* header : {R"({"alg":"none"})",
                             R"({"alg":"None"})",
                             R"({"alg":"hs256"})",
                             R"({"alg":"HS384"})",
                             R"({})",
                             R"({"alg":null})",
                             R"({"alg":["HS256"]})",
                             R"({"alg":"HS256","alg":"none"})",
                             R"({"alg":"HS256","crit":["x"]})",
                             "[]",
                             "x",
                             ""}) {
    EXPECT_FALSE(hs.verify(hs256(header, kClaims), kNow).has_value()) << header;
  }
  const std::string unsigned_message = base64url(R"({"alg":"none"})") + "." + base64url(kClaims) + ".";
  EXPECT_FALSE(hs.verify(unsigned_message, kNow).has_value());
}

TEST(Jwt, ChecksTheTimesWithLeeway) {
  const JwtVerifier verifier = verifier_of(JwtAlgorithm::hs256, kSecret);
  const auto accepts = [&](const std::string& times) {
    return verifier.verify(hs256(R"({"alg":"HS256"})", R"({"sub":"1",)" + times + "}"), kNow).has_value();
  };
  EXPECT_TRUE(accepts(R"("exp":1800000001)"));
  EXPECT_TRUE(accepts(R"("exp":1799999941)"));
  EXPECT_FALSE(accepts(R"("exp":1799999940)"));
  EXPECT_TRUE(accepts(R"("exp":1800000100,"nbf":1800000060)"));
  EXPECT_FALSE(accepts(R"("exp":1800000100,"nbf":1800000061)"));
  EXPECT_FALSE(accepts(R"("exp":"1800000100")"));
  EXPECT_TRUE(accepts(R"("exp":1800000100.5)"));
  EXPECT_TRUE(accepts(R"("exp":1e10)"));
  EXPECT_FALSE(accepts(R"("exp":1800000100,"nbf":"now")"));
  EXPECT_FALSE(accepts(R"("nbf":1)"));
  EXPECT_TRUE(accepts(R"("exp":9223372036854775807)"));
  EXPECT_FALSE(accepts(R"("exp":-9223372036854775808)"));
}

TEST(Jwt, WantsADecimalUser) {
  const JwtVerifier verifier = verifier_of(JwtAlgorithm::hs256, kSecret);
  for (const char* sub :
       {"42", "\"\"", "\"0\"", "\"-1\"", "\"+1\"", "\"01\"", "\"1.0\"", "\"x\"", "\"9007199254740992\"", "null", "[]", "\" 1\""}) {
    const std::string claims = std::string(R"({"exp":1800000100,"sub":)") + sub + "}";
    EXPECT_FALSE(verifier.verify(hs256(R"({"alg":"HS256"})", claims), kNow).has_value()) << sub;
  }
  EXPECT_FALSE(verifier.verify(hs256(R"({"alg":"HS256"})", R"({"exp":1800000100})"), kNow).has_value());
  EXPECT_TRUE(verifier.verify(hs256(R"({"alg":"HS256"})", R"({"exp":1800000100,"sub":"9007199254740991"})"), kNow).has_value());
}

TEST(Jwt, SeesEveryChangedCharacter) {
  const JwtVerifier verifier = verifier_of(JwtAlgorithm::hs256, kSecret);
  const std::string token = hs256(R"({"alg":"HS256"})", kClaims);
  ASSERT_TRUE(verifier.verify(token, kNow).has_value());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto result = verifier.verify(changed, kNow);
    ASSERT_FALSE(result.has_value()) << i;
    EXPECT_EQ(result.error().refusal.code, ErrorCode::unauthorized);
    EXPECT_FALSE(verifier.verify(token.substr(0, i), kNow).has_value()) << i;
  }
  EXPECT_FALSE(verifier.verify(token + ".", kNow).has_value());
  EXPECT_FALSE(verifier.verify(token + "=", kNow).has_value());
  EXPECT_FALSE(verifier.verify(hs256(R"({"alg":"HS256"})", kClaims, std::string(32, 'x')), kNow).has_value());
}

TEST(Jwt, RefusesKeysThatWillNotDo) {
  EXPECT_THROW(KeySet::of_file(JwtAlgorithm::hs256, "short"), std::runtime_error);
  EXPECT_THROW(KeySet::of_file(JwtAlgorithm::hs256, rsa().public_pem()), std::runtime_error);
  EXPECT_THROW(KeySet::of_file(JwtAlgorithm::rs256, kSecret), std::runtime_error);
  EXPECT_THROW(KeySet::of_file(JwtAlgorithm::rs256, ec().public_pem()), std::runtime_error);
  EXPECT_THROW(KeySet::of_file(JwtAlgorithm::es256, rsa().public_pem()), std::runtime_error);
  EXPECT_THROW(KeySet::of_file(JwtAlgorithm::rs256, KeyPair{EVP_RSA_gen(1024)}.public_pem()), std::runtime_error);
  EXPECT_THROW(KeySet::of_file(JwtAlgorithm::es256, KeyPair{EVP_EC_gen("P-384")}.public_pem()), std::runtime_error);
}

// An editor ends a file with a line break, and a secret of random bytes may end in the same byte.
TEST(Jwt, ALineBreakAtTheEndOfASecretMayBelongToIt) {
  const auto accepts = [](const std::string& content, const std::string& key) {
    const JwtVerifier verifier = verifier_of(JwtAlgorithm::hs256, content);
    return verifier.verify(hs256(R"({"alg":"HS256"})", kClaims, key), kNow).has_value();
  };
  const std::string binary = std::string(31, '\xfe') + "\n";
  EXPECT_TRUE(accepts(binary, binary));
  EXPECT_TRUE(accepts(kSecret + "\n", kSecret));
  EXPECT_TRUE(accepts(kSecret + "\r\n", kSecret));
  EXPECT_TRUE(accepts(kSecret + "\n", kSecret + "\n"));
  EXPECT_TRUE(accepts(kSecret + "\n\n", kSecret + "\n"));
  EXPECT_FALSE(accepts(kSecret + "\n\n", kSecret)) << "one line break at most";
  EXPECT_FALSE(accepts(binary, binary.substr(0, 31))) << "shorter than a secret may be";
}

TEST(Jwt, KnowsTheNamesOfItsAlgorithms) {
  for (const char* name : {"HS256", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
    EXPECT_EQ(name_of(parse_jwt_algorithm(name).value()), name);
  EXPECT_EQ(parse_jwt_algorithm("Ed25519"), JwtAlgorithm::eddsa);
  for (const char* name : {"none", "", "HS384", "rs256", "ES256K", "EDDSA"})
    EXPECT_FALSE(parse_jwt_algorithm(name).has_value()) << name;
}

TEST(Base64Url, IsStrict) {
  EXPECT_EQ(decode_base64url(""), "");
  EXPECT_EQ(decode_base64url("Zg"), "f");
  EXPECT_EQ(decode_base64url("Zm8"), "fo");
  EXPECT_EQ(decode_base64url("Zm9v"), "foo");
  EXPECT_EQ(decode_base64url("-_-_"), "\xfb\xff\xbf");
  for (const char* wrong : {"Z", "Zg==", "Zh", "Zm9", "Zm9vY", "Zm+v", "Zm/v", "Zm 9", "Zm9v\n"}) {
    EXPECT_FALSE(decode_base64url(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace frontrow::http

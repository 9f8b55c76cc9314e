#include "api/jws.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "base/check.hpp"
#include "http/text.hpp"

namespace frontrow::http {

namespace {

template <auto Free>
struct Deleter {
  void operator()(auto* object) const { Free(object); }
};
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;

enum class Family : std::uint8_t { hmac, rsa, rsa_pss, ecdsa, eddsa };

struct Algorithm {
  JwtAlgorithm algorithm;
  std::string_view name;
  Family family;
  const EVP_MD* (*digest)();
  std::string_view curve;  // as a JWK spells it
  const char* group;       // as OpenSSL spells it
  std::size_t coordinate;  // bytes of r, and of s
};

constexpr const EVP_MD* (*kNoDigest)() = [] { return static_cast<const EVP_MD*>(nullptr); };

constexpr std::array<Algorithm, 11> kAlgorithms = {{
    {JwtAlgorithm::hs256, "HS256", Family::hmac, EVP_sha256, "", "", 0},
    {JwtAlgorithm::rs256, "RS256", Family::rsa, EVP_sha256, "", "", 0},
    {JwtAlgorithm::rs384, "RS384", Family::rsa, EVP_sha384, "", "", 0},
    {JwtAlgorithm::rs512, "RS512", Family::rsa, EVP_sha512, "", "", 0},
    {JwtAlgorithm::ps256, "PS256", Family::rsa_pss, EVP_sha256, "", "", 0},
    {JwtAlgorithm::ps384, "PS384", Family::rsa_pss, EVP_sha384, "", "", 0},
    {JwtAlgorithm::ps512, "PS512", Family::rsa_pss, EVP_sha512, "", "", 0},
    {JwtAlgorithm::es256, "ES256", Family::ecdsa, EVP_sha256, "P-256", "prime256v1", 32},
    {JwtAlgorithm::es384, "ES384", Family::ecdsa, EVP_sha384, "P-384", "secp384r1", 48},
    {JwtAlgorithm::es512, "ES512", Family::ecdsa, EVP_sha512, "P-521", "secp521r1", 66},
    {JwtAlgorithm::eddsa, "EdDSA", Family::eddsa, kNoDigest, "Ed25519", "", 0},
}};

const Algorithm& row_of(JwtAlgorithm algorithm) { return kAlgorithms[static_cast<std::size_t>(algorithm)]; }

constexpr int kLeastRsaBits = 2'048, kMostRsaBits = 8'192;  // the latter takes 0.3 ms to verify

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

JwtKey::PublicKey owned(EVP_PKEY* key) {
  return {key, [](EVP_PKEY* each) { EVP_PKEY_free(each); }};
}

bool is_on_curve(const EVP_PKEY* key, const Algorithm& algorithm) {
  if (algorithm.family == Family::eddsa) return EVP_PKEY_is_a(key, "ED25519") == 1;
  std::array<char, 64> group{};
  std::size_t length = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == algorithm.group;
}

bool is_sound(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>> context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
  const bool is_good = context && EVP_PKEY_public_check(context.get()) == 1;
  ERR_clear_error();
  return is_good;
}

// Why this key is not for this algorithm; null when it is.
const char* refuse_key(EVP_PKEY* key, const Algorithm& algorithm) {
  switch (algorithm.family) {
    case Family::hmac: return "HS256 wants a secret, not a public key";
    case Family::rsa:
    case Family::rsa_pss: {
      if (EVP_PKEY_is_a(key, "RSA") != 1) return "the algorithm wants an RSA key";
      const int bits = EVP_PKEY_get_bits(key);
      if (bits < kLeastRsaBits) return "an RSA key must have at least 2048 bits";
      if (bits > kMostRsaBits) return "an RSA key must have at most 8192 bits";
      break;
    }
    case Family::ecdsa:
    case Family::eddsa:
      if (!is_on_curve(key, algorithm)) return "the algorithm wants a key of another curve";
      break;
  }
  return is_sound(key) ? nullptr : "the key's numbers make no sound key";
}

// JWS writes r and s with a fixed length each; OpenSSL reads them as a DER sequence of two integers.
std::string ecdsa_to_der(std::string_view raw, std::size_t coordinate) {
  if (raw.size() != 2 * coordinate) return {};
  const int size = static_cast<int>(coordinate);
  const std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>> signature{ECDSA_SIG_new()};
  BIGNUM* r = BN_bin2bn(bytes_of(raw), size, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(raw) + coordinate, size, nullptr);
  CHECK(signature && r != nullptr && s != nullptr && ECDSA_SIG_set0(signature.get(), r, s) == 1);
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(signature.get(), &out);
  return der;
}

bool is_mac(const std::string& secret, std::string_view message, std::string_view signature) {
  std::array<unsigned char, 32> mac;
  const auto* made =
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(message), message.size(), mac.data(), nullptr);
  CHECK(made != nullptr);
  return signature.size() == mac.size() && CRYPTO_memcmp(mac.data(), signature.data(), mac.size()) == 0;
}

// RFC 7518, 3.5: the salt is as long as the digest.
bool set_pss(EVP_PKEY_CTX* context, const EVP_MD* digest) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

using Parameters = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;

JwtKey::PublicKey made_of(const char* kind, OSSL_PARAM_BLD* built) {
  const std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>> parameters{OSSL_PARAM_BLD_to_param(built)};
  const std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>> context{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
  EVP_PKEY* key = nullptr;
  const bool is_made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                       EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  ERR_clear_error();
  return is_made ? owned(key) : nullptr;
}

}  // namespace

std::string_view name_of(JwtAlgorithm algorithm) { return row_of(algorithm).name; }

std::optional<JwtAlgorithm> parse_jwt_algorithm(std::string_view name) {
  if (name == "Ed25519") return JwtAlgorithm::eddsa;  // RFC 9864
  const auto* const found = std::ranges::find(kAlgorithms, name, &Algorithm::name);
  return found == kAlgorithms.end() ? std::nullopt : std::optional{found->algorithm};
}

std::optional<JwtAlgorithm> algorithm_of_curve(std::string_view curve) {
  if (curve.empty()) return {};
  const auto* const found = std::ranges::find(kAlgorithms, curve, &Algorithm::curve);
  return found == kAlgorithms.end() ? std::nullopt : std::optional{found->algorithm};
}

JwtKey JwtKey::secret(std::string_view secret) {
  if (secret.starts_with("-----BEGIN")) throw std::runtime_error("HS256 wants a secret, not a key in PEM");
  if (secret.size() < kLeastSecretBytes) throw std::runtime_error("the JWT secret must have at least 32 bytes");
  return {JwtAlgorithm::hs256, std::string(secret)};
}

JwtKey JwtKey::pem(JwtAlgorithm algorithm, std::string_view text) {
  const auto read = [&](auto read_one) {
    const std::unique_ptr<BIO, Deleter<BIO_free_all>> bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    CHECK(bio != nullptr);
    auto* const found = read_one(bio.get());
    ERR_clear_error();
    return found;
  };
  PublicKey key = owned(read([](BIO* bio) { return PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr); }));
  if (!key) {
    const std::unique_ptr<X509, Deleter<X509_free>> certificate{
        read([](BIO* bio) { return PEM_read_bio_X509(bio, nullptr, nullptr, nullptr); })};
    if (certificate) key = owned(X509_get_pubkey(certificate.get()));
  }
  if (!key) throw std::runtime_error("the JWT key file holds no public key and no certificate in PEM");
  return {algorithm, std::move(key)};
}

JwtKey::JwtKey(JwtAlgorithm algorithm, PublicKey key, std::optional<std::string> id)
    : algorithm_(algorithm), key_(std::move(key)), id_(std::move(id)) {
  if (!key_) throw std::runtime_error("the key's numbers make no sound key");
  if (const char* why = refuse_key(key_.get(), row_of(algorithm)))
    throw std::runtime_error(std::string(name_of(algorithm)) + ": " + why);
}

bool JwtKey::verifies(std::string_view message, std::string_view signature) const {
  const Algorithm& algorithm = row_of(algorithm_);
  if (algorithm.family == Family::hmac) return is_mac(secret_, message, signature);
  std::string der;
  if (algorithm.family == Family::ecdsa) {
    der = ecdsa_to_der(signature, algorithm.coordinate);
    signature = der;
  }
  const std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context{EVP_MD_CTX_new()};
  CHECK(context != nullptr);
  EVP_PKEY_CTX* details = nullptr;  // of `context`
  const bool is_good =
      EVP_DigestVerifyInit(context.get(), &details, algorithm.digest(), nullptr, key_.get()) == 1 &&
      (algorithm.family != Family::rsa_pss || set_pss(details, algorithm.digest())) &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  if (!is_good) ERR_clear_error();
  return is_good;
}

JwtKey::PublicKey rsa_key(std::string_view n, std::string_view e) {
  const Number modulus{BN_bin2bn(bytes_of(n), static_cast<int>(n.size()), nullptr)};
  const Number exponent{BN_bin2bn(bytes_of(e), static_cast<int>(e.size()), nullptr)};
  const Parameters built{OSSL_PARAM_BLD_new()};
  if (!modulus || !exponent || !built || OSSL_PARAM_BLD_push_BN(built.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(built.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return nullptr;
  return made_of("RSA", built.get());
}

JwtKey::PublicKey curve_key(std::string_view curve, std::string_view x, std::string_view y) {
  const auto* const found = std::ranges::find(kAlgorithms, curve, &Algorithm::curve);
  if (curve.empty() || found == kAlgorithms.end()) return nullptr;
  if (found->family == Family::eddsa) {
    EVP_PKEY* const key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size());
    ERR_clear_error();
    return key == nullptr ? nullptr : owned(key);
  }
  if (x.size() != found->coordinate || y.size() != found->coordinate) return nullptr;
  std::string point("\x04", 1);  // uncompressed
  point.append(x).append(y);
  const Parameters built{OSSL_PARAM_BLD_new()};
  if (!built || OSSL_PARAM_BLD_push_utf8_string(built.get(), OSSL_PKEY_PARAM_GROUP_NAME, found->group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(built.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return made_of("EC", built.get());
}

std::optional<std::string> decode_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return {};
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    int value = 0;
    if (c >= 'A' && c <= 'Z')
      value = c - 'A';
    else if (c >= 'a' && c <= 'z')
      value = c - 'a' + 26;
    else if (is_digit(c))
      value = c - '0' + 52;
    else if (c == '-')
      value = 62;
    else if (c == '_')
      value = 63;
    else
      return {};
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFF);
  }
  if ((bits & ((1u << count) - 1)) != 0) return {};
  return out;
}

}  // namespace frontrow::http

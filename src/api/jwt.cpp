#include "api/jwt.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/check.hpp"
#include "http/json_reader.hpp"
#include "http/text.hpp"

namespace frontrow::http {

namespace {

template <auto Free>
struct Deleter {
  void operator()(auto* object) const { Free(object); }
};
using PublicKey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

constexpr std::string_view name_of(JwtAlgorithm algorithm) {
  switch (algorithm) {
    case JwtAlgorithm::hs256: return "HS256";
    case JwtAlgorithm::rs256: return "RS256";
    case JwtAlgorithm::es256: return "ES256";
  }
  return {};
}

PublicKey read_public_key(std::string_view pem) {
  const std::unique_ptr<BIO, Deleter<BIO_free_all>> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  PublicKey key{bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr};
  if (!key) throw std::runtime_error("the JWT key file holds no public key in PEM");
  return key;
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t length = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == "prime256v1";
}

// JWS writes r and s as 32 bytes each; OpenSSL reads them as a DER sequence of two integers.
std::string ecdsa_to_der(std::string_view raw) {
  if (raw.size() != 64) return {};
  const std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>> signature{ECDSA_SIG_new()};
  BIGNUM* r = BN_bin2bn(bytes_of(raw), 32, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(raw) + 32, 32, nullptr);
  CHECK(signature && r != nullptr && s != nullptr && ECDSA_SIG_set0(signature.get(), r, s) == 1);
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(signature.get(), &out);
  return der;
}

std::unexpected<Refusal> unauthorized(const char* why) { return refuse(ErrorCode::unauthorized, why); }

// RFC 7519, 2: seconds as any JSON number, fractions included. Nothing when it is something else, or larger than any.
std::optional<double> numeric_date(const JsonView& value) {
  if (value.kind() == JsonKind::integer) return static_cast<double>(value.integer());
  if (value.kind() != JsonKind::other_number || !std::isfinite(value.other_number())) return {};
  return value.other_number();
}

// Why the header will not do; null when it will.
const char* refuse_header(std::string_view header, JwtAlgorithm algorithm) {
  thread_local JsonDocument document;
  const auto parsed = document.parse(header);
  if (!parsed || parsed->kind() != JsonKind::object) return "The token is malformed.";
  if (parsed->find("crit")) return "The token demands an extension that is not known here.";
  const auto alg = parsed->find("alg");
  const bool is_agreed = alg && alg->kind() == JsonKind::string && alg->string() == name_of(algorithm);
  return is_agreed ? nullptr : "The token is not signed with the algorithm of this server.";
}

// Why a token with these times will not do at `now`; null when it will.
const char* refuse_times(const JsonView& claims, TimePoint now) {
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  const double leeway = std::chrono::duration<double>(JwtVerifier::kLeeway).count();
  const auto expires = claims.find("exp");
  if (!expires) return "The token has no expiry.";
  const auto end = numeric_date(*expires);
  if (!end) return "The token's exp is not a number of seconds.";
  if (seconds >= *end + leeway) return "The token has expired.";
  if (const auto not_before = claims.find("nbf")) {
    const auto begin = numeric_date(*not_before);
    if (!begin) return "The token's nbf is not a number of seconds.";
    if (seconds + leeway < *begin) return "The token is not valid yet.";
  }
  const auto issued = claims.find("iat");
  if (issued && !numeric_date(*issued)) return "The token's iat is not a number of seconds.";
  return nullptr;
}

Result<UserId> read_claims(std::string_view payload, TimePoint now) {
  thread_local JsonDocument document;
  const auto claims = document.parse(payload);
  if (!claims || claims->kind() != JsonKind::object) return unauthorized("The token is malformed.");
  if (const char* why = refuse_times(*claims, now)) return unauthorized(why);
  const auto subject = claims->find("sub");
  const auto user = subject && subject->kind() == JsonKind::string ? parse_decimal(subject->string()) : std::nullopt;
  if (!user || *user < 1 || *user > kMaxId) return unauthorized("The token names no user.");
  return UserId{*user};
}

}  // namespace

struct JwtVerifier::Key {
  std::string secret;
  PublicKey public_key;
};

std::optional<JwtAlgorithm> parse_jwt_algorithm(std::string_view name) {
  for (auto algorithm : {JwtAlgorithm::hs256, JwtAlgorithm::rs256, JwtAlgorithm::es256}) {
    if (name == name_of(algorithm)) return algorithm;
  }
  return {};
}

JwtVerifier::JwtVerifier(JwtAlgorithm algorithm, std::string_view key)
    : algorithm_(algorithm), key_(std::make_unique<Published<Key>>(read_key(algorithm, key))) {}

void JwtVerifier::use(std::string_view key) { key_->publish(read_key(algorithm_, key)); }

std::shared_ptr<const JwtVerifier::Key> JwtVerifier::read_key(JwtAlgorithm algorithm, std::string_view key) {
  auto loaded = std::make_shared<Key>();
  if (algorithm == JwtAlgorithm::hs256) {
    if (key.starts_with("-----BEGIN")) throw std::runtime_error("HS256 wants a secret, not a key in PEM");
    if (key.size() < 32) throw std::runtime_error("the JWT secret must have at least 32 bytes");
    loaded->secret = key;
  } else {
    loaded->public_key = read_public_key(key);
    const EVP_PKEY* public_key = loaded->public_key.get();
    if (algorithm == JwtAlgorithm::rs256 && (EVP_PKEY_is_a(public_key, "RSA") != 1 || EVP_PKEY_get_bits(public_key) < 2048)) {
      throw std::runtime_error("RS256 wants an RSA key of at least 2048 bits");
    }
    if (algorithm == JwtAlgorithm::es256 && !is_p256(public_key)) throw std::runtime_error("ES256 wants a P-256 key");
  }
  return loaded;
}

JwtVerifier JwtVerifier::from_file(JwtAlgorithm algorithm, const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw std::runtime_error("cannot read the JWT key file " + file.string());
  if (algorithm == JwtAlgorithm::hs256) content.erase(content.find_last_not_of("\r\n") + 1);
  return JwtVerifier{algorithm, content};
}

JwtVerifier::JwtVerifier(JwtVerifier&&) noexcept = default;
JwtVerifier::~JwtVerifier() = default;

bool JwtVerifier::is_signed(std::string_view message, std::string_view signature) const {
  const std::shared_ptr<const Key> key = key_->get();
  if (algorithm_ == JwtAlgorithm::hs256) {
    std::array<unsigned char, 32> mac;
    const auto* made = HMAC(EVP_sha256(),
                            key->secret.data(),
                            static_cast<int>(key->secret.size()),
                            bytes_of(message),
                            message.size(),
                            mac.data(),
                            nullptr);
    CHECK(made != nullptr);
    return signature.size() == mac.size() && CRYPTO_memcmp(mac.data(), signature.data(), mac.size()) == 0;
  }
  std::string der;
  if (algorithm_ == JwtAlgorithm::es256) {
    der = ecdsa_to_der(signature);
    signature = der;
  }
  const std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context{EVP_MD_CTX_new()};
  CHECK(context != nullptr);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key->public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

Result<UserId> JwtVerifier::verify(std::string_view token, TimePoint now, bool* is_forged) const {
  const auto payload = signed_payload(token, is_forged);
  if (!payload) return std::unexpected(payload.error());
  return read_claims(*payload, now);
}

Result<std::string> JwtVerifier::claims(std::string_view token, TimePoint now, bool* is_forged) const {
  auto payload = signed_payload(token, is_forged);
  if (!payload) return payload;
  thread_local JsonDocument document;
  const auto claims = document.parse(*payload);
  if (!claims || claims->kind() != JsonKind::object) return unauthorized("The token is malformed.");
  if (const char* why = refuse_times(*claims, now)) return unauthorized(why);
  return payload;
}

Result<std::string> JwtVerifier::signed_payload(std::string_view token, bool* is_forged) const {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return unauthorized("The token is malformed.");
  const auto header = decode_base64url(token.substr(0, first));
  const auto payload = decode_base64url(token.substr(first + 1, last - first - 1));
  const auto signature = decode_base64url(token.substr(last + 1));
  if (!header || !payload || !signature) return unauthorized("The token is malformed.");
  if (const char* why = refuse_header(*header, algorithm_)) return unauthorized(why);
  if (!is_signed(token.substr(0, last), *signature)) {
    if (is_forged != nullptr) *is_forged = true;
    return unauthorized("The token is not signed by the right key.");
  }
  return *payload;
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

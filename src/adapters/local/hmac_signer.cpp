#include "adapters/local/hmac_signer.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>

#include "base/check.hpp"

namespace frontrow::local {

namespace {

struct FreeContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

}  // namespace

// Setting a key costs two compressions. So a context with the key is kept, and each thread works on a copy of its own.
struct HmacSigner::Keyed {
  Context context;
};

HmacSigner::HmacSigner(std::span<const std::byte> key) : keyed_(std::make_shared<Keyed>()) {
  CHECK(key.size() >= kMinKeyBytes);
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  CHECK(mac != nullptr);
  keyed_->context.reset(EVP_MAC_CTX_new(mac));
  EVP_MAC_free(mac);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
  CHECK(EVP_MAC_init(keyed_->context.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), params) == 1);
}

HmacSigner::~HmacSigner() = default;

std::array<std::byte, 16> HmacSigner::sign(std::span<const std::byte> message) const {
  // Keyed by the signer's shared state, which it keeps alive: so a new signer never gets the context of an old one.
  struct Mine {
    std::shared_ptr<Keyed> owner;
    Context context;
  };
  thread_local Mine mine;
  if (mine.owner != keyed_) mine = {keyed_, Context(EVP_MAC_CTX_dup(keyed_->context.get()))};
  std::array<unsigned char, 32> full;
  std::size_t length = 0;
  EVP_MAC_CTX* context = mine.context.get();
  CHECK(EVP_MAC_init(context, nullptr, 0, nullptr) == 1);  // starts again with the same key
  CHECK(EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1);
  CHECK(EVP_MAC_final(context, full.data(), &length, full.size()) == 1 && length == full.size());
  std::array<std::byte, 16> signature;
  std::ranges::transform(std::span(full).first<16>(), signature.begin(), [](unsigned char c) { return std::byte{c}; });
  return signature;
}

bool HmacSigner::verify(std::uint8_t key_id, std::span<const std::byte> message, std::span<const std::byte, 16> signature) const {
  if (key_id != this->key_id()) return false;
  const auto expected = sign(message);
  return CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
}

}  // namespace frontrow::local

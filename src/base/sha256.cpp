#include "base/sha256.hpp"

#include <openssl/evp.h>

#include <memory>

#include "base/check.hpp"

namespace frontrow {

namespace {

struct Hasher {
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

}  // namespace

Sha256 sha256(std::string_view text) {
  thread_local Hasher hasher;  // fetching the algorithm costs more than hashing
  Sha256 digest;
  CHECK(EVP_DigestInit_ex2(hasher.context.get(), hasher.algorithm.get(), nullptr) == 1);
  CHECK(EVP_DigestUpdate(hasher.context.get(), text.data(), text.size()) == 1);
  CHECK(EVP_DigestFinal_ex(hasher.context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return digest;
}

}  // namespace frontrow

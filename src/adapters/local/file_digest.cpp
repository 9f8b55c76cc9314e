#include "adapters/local/file_digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "base/check.hpp"

namespace frontrow::local {

namespace {

constexpr std::size_t kBlock = 1 << 20;

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) { CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1); }
  void add(const char* bytes, std::size_t size) { CHECK(EVP_DigestUpdate(context_.get(), bytes, size) == 1); }
  std::string hexadecimal() {
    constexpr char kDigits[] = "0123456789abcdef";
    std::array<unsigned char, 32> bytes;
    CHECK(EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr) == 1);
    std::string text;
    for (const unsigned char byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
    return text;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  const std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  Digest digest;
  std::string block(kBlock, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    digest.add(block.data(), static_cast<std::size_t>(in.gcount()));
  if (!in.eof()) throw std::runtime_error(file.string() + ": cannot be read");
  return digest.hexadecimal();
}

std::string sha256_of(std::string_view text) {
  Digest digest;
  digest.add(text.data(), text.size());
  return digest.hexadecimal();
}

}  // namespace frontrow::local

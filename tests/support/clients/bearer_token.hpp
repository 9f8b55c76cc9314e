// Bearer tokens as an issuer would sign them, for tests of auth-mode jwt.
#pragma once

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <chrono>
#include <string>
#include <string_view>

namespace frontrow::test {

inline constexpr std::string_view kHs256Header = R"({"alg":"HS256","typ":"JWT"})";

inline std::string base64url(std::string_view bytes) {
  std::string text(4 * (bytes.size() / 3 + 1) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

inline std::string signed_with(std::string_view key, std::string_view header, std::string_view claims) {
  const std::string message = base64url(header) + "." + base64url(claims);
  unsigned char digest[32];
  unsigned size = 0;
  HMAC(EVP_sha256(),
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()),
       message.size(),
       digest,
       &size);
  return message + "." + base64url({reinterpret_cast<const char*>(digest), size});
}

inline std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

inline std::string claims_of(std::int64_t user, std::int64_t seconds_left = 600) {
  return fmt::format(R"({{"sub":"{}","exp":{}}})", user, now_seconds() + seconds_left);
}

// A token for this user, valid for ten minutes.
inline std::string hs256_token(std::string_view key, std::int64_t user) { return signed_with(key, kHs256Header, claims_of(user)); }

}  // namespace frontrow::test

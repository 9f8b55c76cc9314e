// One document over HTTPS, for the keys of an issuer. Blocks its thread, for as long as the limits allow.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace frontrow::http {

struct HttpsUrl {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 443;
  std::string target;  // path and query, at least "/"
};

// Nothing unless it is https://host[:port][/path][?query], without a user, a fragment, blanks or control characters.
std::optional<HttpsUrl> parse_https_url(std::string_view text);

struct HttpsLimits {
  std::filesystem::path trusted = {};  // certificates in PEM; empty: the system's
  std::chrono::milliseconds time{5'000};
  std::size_t bytes = 512 * 1024;
};

// The body of the answer to GET, if that is 200. Verifies the certificate and its name, TLS 1.2 or newer. Follows no redirection
// and uses no proxy. Throws std::runtime_error with the reason.
std::string https_get(const HttpsUrl& url, const HttpsLimits& limits);

}  // namespace frontrow::http

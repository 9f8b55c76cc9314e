#include "main/token_keys.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <stdexcept>

#include "api/https_get.hpp"
#include "base/log.hpp"
#include "base/private_files.hpp"
#include "http/json_reader.hpp"

namespace frontrow {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

std::vector<http::JwtAlgorithm> algorithms_of(const std::vector<std::string>& names) {
  std::vector<http::JwtAlgorithm> all;
  for (const std::string& name : names) all.push_back(*http::parse_jwt_algorithm(name));
  return all;
}

http::JwtAlgorithm key_algorithm_of(const KeyOrigin& origin) {
  return origin.algorithms.empty() ? http::JwtAlgorithm::hs256 : origin.algorithms.front();
}

std::string content_of(const std::filesystem::path& file) {
  auto text = read_key_file(file);
  if (!text) throw std::runtime_error(text.error());
  return *std::move(text);
}

http::HttpsUrl url_of(std::string_view text) {
  auto url = http::parse_https_url(text);
  if (!url) throw std::runtime_error(fmt::format("\"{}\" is no https address", text));
  return *std::move(url);
}

// OpenID Connect Discovery 1.0, 4: where the issuer's keys are. A document that names another issuer is refused (4.3).
std::string discovered_url(std::string issuer, const http::HttpsLimits& limits) {
  std::string address = issuer;
  if (address.ends_with('/')) address.pop_back();
  const std::string text = http::https_get(url_of(address + "/.well-known/openid-configuration"), limits);
  http::JsonDocument document;
  const auto root = document.parse(text);
  if (!root || root->kind() != http::JsonKind::object)
    throw std::runtime_error("the issuer's discovery document is no JSON object");
  const auto text_at = [&](const char* name) {
    const auto member = root->find(name);
    if (!member || member->kind() != http::JsonKind::string)
      throw std::runtime_error(fmt::format("the issuer's discovery document has no {}", name));
    return std::string(member->string());
  };
  if (const std::string named = text_at("issuer"); named != issuer)
    throw std::runtime_error(fmt::format("the discovery document is of another issuer: {}", named.substr(0, 200)));
  return text_at("jwks_uri");
}

http::KeySource::Read reading(const KeyOrigin& origin) {
  if (!origin.set_file.empty())
    return [file = origin.set_file, allowed = origin.algorithms] {
      try {
        return http::KeySet::of_json(content_of(file), allowed);
      } catch (const std::exception& error) {
        throw std::runtime_error(fmt::format("{}: {}", file.string(), error.what()));
      }
    };
  const http::HttpsLimits limits{.trusted = origin.trusted, .bytes = http::KeySet::kMostBytes};
  return [url = origin.set_url, issuer = origin.issuer, limits, allowed = origin.algorithms] {
    const std::string address = url.empty() ? discovered_url(issuer, limits) : url;
    return http::KeySet::of_json(http::https_get(url_of(address), limits), allowed);
  };
}

// True if the file is another one than at the last call, or has been written since. Kubernetes replaces a link to it.
http::KeySource::HasChanged watching(const std::filesystem::path& file) {
  if (file.empty()) return {};
  const auto stamp_of = [file] {
    struct stat found{};
    std::array<std::int64_t, 5> stamp{};
    if (::stat(file.c_str(), &found) == 0)
      stamp = {static_cast<std::int64_t>(found.st_ino),
               found.st_size,
               found.st_mtim.tv_sec,
               found.st_mtim.tv_nsec,
               found.st_ctim.tv_nsec};
    return stamp;
  };
  return [stamp_of, last = stamp_of()]() mutable {
    const auto before = last;
    last = stamp_of();
    return last != before;
  };
}

http::KeySet first_keys(const KeyOrigin& origin) {
  if (origin.key) return http::KeySet::of_file(key_algorithm_of(origin), origin.key->reveal());
  if (!origin.set_file.empty()) return reading(origin)();
  return {};
}

}  // namespace

std::expected<std::string, std::string> read_key_file(const std::filesystem::path& file) {
  return read_private_file(file, kMostBytes, Links::followed);
}

http::JwtRules jwt_rules(const Settings& settings) {
  return {.issuer = settings.jwt_issuer,
          .audiences = settings.jwt_audiences,
          .types = settings.jwt_types,
          .scopes = settings.jwt_scopes,
          .leeway = settings.jwt_leeway,
          .max_age = settings.jwt_max_age,
          .subjects = settings.jwt_subjects};
}

KeyOrigin keys_of_tokens(const Settings& settings) {
  return {.owner = "the tokens' issuer",
          .algorithms = algorithms_of(settings.jwt_algorithms),
          .key = settings.jwt_key,
          .key_file = settings.jwt_key_file,
          .set_file = settings.jwt_key_set_file,
          .set_url = settings.jwt_key_set_url,
          .issuer = settings.jwt_issuer,
          .trusted = settings.jwt_ca_file,
          .pace = {.every = settings.jwt_keys_every, .floor = settings.jwt_keys_floor}};
}

KeyOrigin keys_of_passes(const Settings& settings) {
  return {.owner = "the passes' issuer",
          .algorithms = algorithms_of(settings.join_pass_algorithms),
          .key = settings.join_pass_key,
          .key_file = settings.join_pass_key_file,
          .set_file = settings.join_pass_key_set_file};
}

bool has_pass_keys(const Settings& settings) {
  return settings.join_pass_key.has_value() || !settings.join_pass_key_set_file.empty();
}

TokenKeys::TokenKeys(http::JwtRules rules, KeyOrigin origin)
    : origin_(std::move(origin)), verifier_(std::move(rules), first_keys(origin_)) {
  if (!origin_.key) source_.emplace(verifier_, reading(origin_), watching(origin_.set_file), origin_.pace, origin_.owner);
}

bool TokenKeys::read_again() {
  if (source_) {
    log_info(fmt::format("SIGHUP: the keys of {} are being read again", origin_.owner));
    source_->read_again();
    return true;
  }
  if (origin_.key_file.empty()) return false;
  const std::string file = origin_.key_file.string();
  try {
    verifier_.use(http::KeySet::of_file(key_algorithm_of(origin_), content_of(origin_.key_file)));
    log_info(fmt::format("SIGHUP: the key of {} was read again", origin_.owner), {{"file", file}});
  } catch (const std::exception& error) {
    log_error(fmt::format("SIGHUP: the key of {} stays as it was", origin_.owner), {{"file", file}, {"reason", error.what()}});
  }
  return true;
}

}  // namespace frontrow

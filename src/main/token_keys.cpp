#include "main/token_keys.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <stdexcept>

#include "api/https_get.hpp"
#include "base/log.hpp"
#include "http/json_reader.hpp"
#include "main/secret_file.hpp"

namespace frontrow {

namespace {

std::vector<http::JwtAlgorithm> algorithms_of(const Settings& settings) {
  std::vector<http::JwtAlgorithm> all;
  for (const std::string& name : settings.jwt_algorithms) all.push_back(*http::parse_jwt_algorithm(name));
  return all;
}

http::JwtAlgorithm key_algorithm_of(const Settings& settings) {
  const auto all = algorithms_of(settings);
  return all.empty() ? http::JwtAlgorithm::hs256 : all.front();
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

http::KeySource::Read reading(const Settings& settings) {
  const auto allowed = algorithms_of(settings);
  if (!settings.jwt_key_set_file.empty())
    return [file = settings.jwt_key_set_file, allowed] {
      try {
        return http::KeySet::of_json(read_whole_secret(file).reveal(), allowed);
      } catch (const std::exception& error) {
        throw std::runtime_error(fmt::format("{}: {}", file.string(), error.what()));
      }
    };
  const http::HttpsLimits limits{.trusted = settings.jwt_ca_file, .bytes = http::KeySet::kMostBytes};
  return [url = settings.jwt_key_set_url, issuer = settings.jwt_issuer, limits, allowed] {
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

http::KeySet first_keys(const Settings& settings) {
  if (settings.jwt_key) return http::KeySet::of_file(key_algorithm_of(settings), settings.jwt_key->reveal());
  if (!settings.jwt_key_set_file.empty()) return reading(settings)();
  return {};
}

}  // namespace

http::JwtRules jwt_rules(const Settings& settings) {
  return {.issuer = settings.jwt_issuer,
          .audiences = settings.jwt_audiences,
          .types = settings.jwt_types,
          .scopes = settings.jwt_scopes,
          .leeway = settings.jwt_leeway,
          .max_age = settings.jwt_max_age,
          .subjects = settings.jwt_subjects};
}

TokenKeys::TokenKeys(const Settings& settings)
    : key_file_(settings.jwt_key_file),
      set_file_(settings.jwt_key_set_file),
      key_algorithm_(key_algorithm_of(settings)),
      verifier_(jwt_rules(settings), first_keys(settings)) {
  if (settings.jwt_key) return;
  source_.emplace(verifier_,
                  reading(settings),
                  watching(set_file_),
                  http::KeySource::Pace{.every = settings.jwt_keys_every, .floor = settings.jwt_keys_floor});
}

void TokenKeys::read_again() {
  if (source_) {
    log_info("SIGHUP: the keys of the tokens' issuer are being read again");
    return source_->read_again();
  }
  if (key_file_.empty()) return log_info("SIGHUP: no key comes from a file that could be read again");
  try {
    verifier_.use(http::KeySet::of_file(key_algorithm_, read_whole_secret(key_file_).reveal()));
    log_info("SIGHUP: the JWT key was read again", {{"file", key_file_.string()}});
  } catch (const std::exception& error) {
    log_error("SIGHUP: the JWT key stays as it was", {{"reason", error.what()}});
  }
}

}  // namespace frontrow

// The settings of bearer tokens (auth-mode jwt) and of passes for joins.
#include <algorithm>

#include "api/https_get.hpp"
#include "main/setting_kinds.hpp"
#include "main/settings_table.hpp"
#include "main/token_keys.hpp"

namespace frontrow {

namespace {

using S = Settings;
constexpr std::size_t kMostNames = 20;
constexpr std::int64_t kDay = 86'400;
constexpr const char* kAlgorithms = "HS256, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA";

bool is_algorithm(std::string_view text) {
  const auto algorithm = http::parse_jwt_algorithm(text);
  return algorithm && http::name_of(*algorithm) == text;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

Setting https_url(Name name, std::string Settings::* member, std::string_view meaning) {
  Setting setting = text(name, member, "https://host[:port]/path", meaning);
  setting.store = [store = setting.store](Settings& settings, std::string_view value) -> Stored {
    if (!http::parse_https_url(value)) return refused(fmt::format("\"{}\" is no https://host[:port]/path", value));
    return store(settings, value);
  };
  return setting;
}

// Tokens of a kind have one source of keys. `name`: what its settings begin with.
std::string check_keys(std::string_view name, const std::optional<Secret>& key, std::span<const std::string> algorithms,
                       int sources) {
  if (sources > 1) return fmt::format("{0}-key-file (or its variable) and the key sets of {0} exclude each other", name);
  if (key && algorithms.size() > 1) return fmt::format("{}-algorithm: a single key has one algorithm", name);
  if (!key && std::ranges::find(algorithms, "HS256") != algorithms.end())
    return fmt::format("{0}-algorithm HS256 needs {0}-key-file (or its variable): a key set has public keys only", name);
  return {};
}

std::string check_readable(std::string_view name, const std::filesystem::path& file) {
  if (file.empty()) return {};
  const auto text = read_key_file(file);
  return text ? std::string{} : fmt::format("{} {}: {}", name, file.string(), text.error());
}

int count_of(bool a, bool b, bool c) { return int{a} + int{b} + int{c}; }

}  // namespace

std::string refuse_token_keys(const Settings& settings) {
  const int sources = count_of(settings.jwt_key.has_value(), !settings.jwt_key_set_file.empty(), !settings.jwt_key_set_url.empty());
  if (sources == 0 && !discovers_keys(settings))
    return "auth-mode jwt needs jwt-key-file (or FRONTROW_JWT_KEY), jwt-key-set-file, jwt-key-set-url, or as jwt-issuer an https "
           "address that has a discovery document";
  std::string reason = check_keys("jwt", settings.jwt_key, settings.jwt_algorithms, sources);
  if (reason.empty()) reason = check_readable("jwt-key-set-file", settings.jwt_key_set_file);
  if (reason.empty()) reason = check_readable("jwt-ca-file", settings.jwt_ca_file);
  return reason;
}

std::string refuse_pass_keys(const Settings& settings) {
  const int sources = count_of(settings.join_pass_key.has_value(), !settings.join_pass_key_set_file.empty(), false);
  if (sources == 0)
    return settings.join_pass == Settings::JoinPass::always
               ? "join-pass always needs join-pass-key-file (or FRONTROW_JOIN_PASS_KEY) or join-pass-key-set-file"
               : "";
  std::string reason = check_keys("join-pass", settings.join_pass_key, settings.join_pass_algorithms, sources);
  if (reason.empty()) reason = check_readable("join-pass-key-set-file", settings.join_pass_key_set_file);
  return reason;
}

bool is_public(std::optional<Secret> Settings::* secret, const Settings& settings) {
  const auto is_other = [](const std::vector<std::string>& all) { return !all.empty() && all.front() != "HS256"; };
  return (secret == &Settings::jwt_key && is_other(settings.jwt_algorithms)) ||
         (secret == &Settings::join_pass_key && is_other(settings.join_pass_algorithms));
}

bool discovers_keys(const Settings& settings) {
  return !settings.jwt_key && settings.jwt_key_set_file.empty() && settings.jwt_key_set_url.empty() &&
         http::parse_https_url(settings.jwt_issuer).has_value();
}

std::vector<Setting> token_settings() {
  constexpr std::string_view g = "Bearer tokens";
  return {
      text({g, "jwt-issuer"},
           &S::jwt_issuer,
           "a text, best an https address",
           "iss of every token. Without a key or key set of your own it must be the https address of an OpenID provider, whose "
           "discovery document names the keys. Empty: not judged."),
      list({g, "jwt-audience"},
           &S::jwt_audiences,
           kMostNames,
           is_name,
           "a name, …",
           "aud of a token must name one of these. Empty: not judged, so a token for another service of the issuer is accepted."),
      list({g, "jwt-type"},
           &S::jwt_types,
           kMostNames,
           is_name,
           "a type like at+jwt, …",
           "typ of a token must be one of these; at+jwt shuts out ID tokens where the issuer marks access tokens so. Empty: not "
           "judged."),
      list({g, "jwt-scope"}, &S::jwt_scopes, kMostNames, is_name, "a name, …", "scope (or scp) of a token must name all of these."),
      choice<http::JwtSubjects>(
          {g, "jwt-subjects"},
          &S::jwt_subjects,
          {{"numbers", http::JwtSubjects::numbers}, {"any", http::JwtSubjects::any}},
          "numbers: sub is the user's id, a decimal integer. any: sub is any text; numbers below 2^52 are ids as before, and the "
          "store gives every other subject an id at first sight."),
      number({g, "jwt-known-subjects"},
             &S::jwt_known_subjects,
             1'000,
             50'000'000,
             "Subjects whose ids are kept in memory at most, 64 bytes each; the store is asked for others."),
      list({g, "jwt-algorithm"},
           &S::jwt_algorithms,
           kMostNames,
           is_algorithm,
           kAlgorithms,
           "Algorithms a bearer token may be signed with; a key has one of them. Empty: HS256 with a key, those of its keys with a "
           "key set."),
      path({g, "jwt-key-file"},
           &S::jwt_key_file,
           "a file",
           "Key that verifies bearer tokens: the secret for HS256, else a public key or a certificate in PEM. Read again on "
           "SIGHUP."),
      path({g, "jwt-key-set-file"},
           &S::jwt_key_set_file,
           "a file",
           "Keys that verify bearer tokens, as a JSON Web Key Set. Read again when it changes, and on SIGHUP."),
      https_url(
          {g, "jwt-key-set-url"}, &S::jwt_key_set_url, "The same from the network, for an issuer without a discovery document."),
      path({g, "jwt-ca-file"},
           &S::jwt_ca_file,
           "a file",
           "Certificates in PEM that the issuer's server is verified with; without one, the system's."),
      number({g, "jwt-keys-every-seconds"}, &S::jwt_keys_every, 1, kDay, "The keys are read from the network so often."),
      number({g, "jwt-keys-floor-seconds"},
             &S::jwt_keys_floor,
             1,
             3'600,
             "They are read again earlier when a token names an unknown key, but not within so long after the last time."),
      number({g, "jwt-leeway-seconds"}, &S::jwt_leeway, 0, 600, "How far the clocks of issuer and server may disagree."),
      number({g, "jwt-max-age-seconds"},
             &S::jwt_max_age,
             0,
             365 * kDay,
             "A token is refused so long after iat, whatever its exp. 0: exp alone decides."),
  };
}

std::vector<Setting> pass_settings() {
  constexpr std::string_view g = "Passes for joins";
  return {
      choice<S::JoinPass>({g, "join-pass"},
                          &S::join_pass,
                          {{"by-concert", S::JoinPass::by_concert}, {"always", S::JoinPass::always}},
                          "A new place in a queue costs a pass (X-Join-Pass), where the concert's queue says so or always."),
      list({g, "join-pass-algorithm"},
           &S::join_pass_algorithms,
           kMostNames,
           is_algorithm,
           kAlgorithms,
           "Algorithms a pass may be signed with; a key has one of them. Empty: HS256 with a key, those of its keys with a key "
           "set."),
      path(
          {g, "join-pass-key-file"},
          &S::join_pass_key_file,
          "a file",
          "Key that verifies passes, apart from that of bearer tokens: the secret for HS256, else a public key or a certificate in "
          "PEM. Read again on SIGHUP."),
      path({g, "join-pass-key-set-file"},
           &S::join_pass_key_set_file,
           "a file",
           "Keys that verify passes, as a JSON Web Key Set. Read again when it changes, and on SIGHUP."),
      number({g, "join-pass-seconds"},
             &S::join_pass_longest,
             1,
             3'000,
             "A pass may be good for so long at most; its use is remembered for longer."),
  };
}

}  // namespace frontrow

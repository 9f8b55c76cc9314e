#include "api/key_set.hpp"

#include <algorithm>
#include <stdexcept>

#include "http/json_reader.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kTried = 4;  // keys for one token at most, since each costs time
constexpr std::size_t kMostIdBytes = 256;
constexpr std::size_t kShownBytes = 64;

using Reason = std::runtime_error;

std::optional<std::string_view> text_at(const JsonView& object, std::string_view name) {
  const auto member = object.find(name);
  if (!member) return {};
  if (member->kind() != JsonKind::string) throw Reason(std::string(name) + " is no text");
  return member->string();
}

std::string number_at(const JsonView& object, std::string_view name) {
  const auto text = text_at(object, name);
  auto bytes = text ? decode_base64url(*text) : std::nullopt;
  if (!bytes || bytes->empty()) throw Reason(std::string(name) + " is missing or not in base64url");
  return std::move(*bytes);
}

void require_verifying(const JsonView& jwk) {
  if (const auto use = text_at(jwk, "use"); use && *use != "sig") throw Reason("its use is not sig");
  for (const char* secret : {"d", "k", "p"})
    if (jwk.find(secret)) throw Reason("it is no public key");
  const auto operations = jwk.find("key_ops");
  if (!operations) return;
  bool verifies = false;
  if (operations->kind() == JsonKind::array)
    operations->for_each([&](const JsonView& each) { verifies |= each.kind() == JsonKind::string && each.string() == "verify"; });
  if (!verifies) throw Reason("its key_ops do not have verify");
}

bool is_rsa(JwtAlgorithm algorithm) { return algorithm >= JwtAlgorithm::rs256 && algorithm <= JwtAlgorithm::ps512; }

// A key's one algorithm. `natural`: of its curve, or RS256.
JwtAlgorithm algorithm_for(const JsonView& jwk, JwtAlgorithm natural, std::span<const JwtAlgorithm> allowed) {
  const auto fits = [&](JwtAlgorithm each) { return each == natural || (is_rsa(natural) && is_rsa(each)); };
  const auto is_allowed = [&](JwtAlgorithm each) { return allowed.empty() || std::ranges::find(allowed, each) != allowed.end(); };
  JwtAlgorithm algorithm = natural;
  if (const auto name = text_at(jwk, "alg")) {
    const auto known = parse_jwt_algorithm(*name);
    if (!known) throw Reason("its algorithm is not known here");
    if (!fits(*known)) throw Reason("its algorithm is for another kind of key");
    algorithm = *known;
  } else if (const auto first = std::ranges::find_if(allowed, fits); first != allowed.end()) {
    algorithm = *first;
  }
  if (!is_allowed(algorithm)) throw Reason(std::string(name_of(algorithm)) + " is not among the allowed algorithms");
  return algorithm;
}

JwtKey read_key(const JsonView& jwk, std::span<const JwtAlgorithm> allowed) {
  if (jwk.kind() != JsonKind::object) throw Reason("it is no object");
  const auto kind = text_at(jwk, "kty");
  if (!kind) throw Reason("it has no kty");
  if (*kind == "oct") throw Reason("it is no public key");
  require_verifying(jwk);
  const auto id = text_at(jwk, "kid");
  if (id && id->size() > kMostIdBytes) throw Reason("its kid is too long");
  const auto named = id ? std::optional<std::string>(*id) : std::nullopt;
  if (*kind == "RSA") {
    const JwtAlgorithm algorithm = algorithm_for(jwk, JwtAlgorithm::rs256, allowed);
    return {algorithm, rsa_key(number_at(jwk, "n"), number_at(jwk, "e")), named};
  }
  const auto curve = text_at(jwk, "crv");
  const auto natural = algorithm_of_curve(curve.value_or(""));
  if ((*kind != "EC" && *kind != "OKP") || !natural || (*natural == JwtAlgorithm::eddsa) != (*kind == "OKP"))
    throw Reason("its kind or curve is not known here");
  const JwtAlgorithm algorithm = algorithm_for(jwk, *natural, allowed);
  return {algorithm, curve_key(*curve, number_at(jwk, "x"), *kind == "EC" ? number_at(jwk, "y") : std::string()), named};
}

// As far as it can be shown in a log.
std::string name_of_key(const JsonView& jwk, std::size_t at) {
  std::string name = "key " + std::to_string(at + 1);
  const auto id = jwk.kind() == JsonKind::object ? jwk.find("kid") : std::nullopt;
  if (id && id->kind() == JsonKind::string) name.append(" (").append(id->string().substr(0, kShownBytes)).append(")");
  return name;
}

}  // namespace

KeySet KeySet::of_file(JwtAlgorithm algorithm, std::string_view content) {
  if (algorithm != JwtAlgorithm::hs256) return KeySet({JwtKey::pem(algorithm, content)});
  std::string_view line = content;
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<JwtKey> keys{JwtKey::secret(content)};
  if (line.size() < content.size() && line.size() >= JwtKey::kLeastSecretBytes) keys.push_back(JwtKey::secret(line));
  return KeySet(std::move(keys));
}

KeySet KeySet::of_json(std::string_view text, std::span<const JwtAlgorithm> allowed) {
  if (text.size() > kMostBytes) throw Reason("the key set is too large");
  JsonDocument document;
  const auto root = document.parse(text);
  if (!root || root->kind() != JsonKind::object) throw Reason("this is no JSON object");
  const auto keys = root->find("keys");
  if (!keys || keys->kind() != JsonKind::array) throw Reason("it has no list of keys");
  if (keys->size() > kMost) throw Reason("it has more than 100 keys");
  KeySet set;
  std::size_t at = 0;
  keys->for_each([&](const JsonView& jwk) {
    try {
      set.keys_.push_back(read_key(jwk, allowed));
    } catch (const Reason& why) {
      set.left_out_.push_back(name_of_key(jwk, at) + ": " + why.what());
    }
    ++at;
  });
  set.fingerprint_ = text;
  if (!set.is_empty()) return set;
  std::string reason = "no key of it can be used";
  for (const std::string& each : set.left_out_) reason += (&each == set.left_out_.data() ? ": " : "; ") + each;
  throw Reason(reason.substr(0, 1'000));
}

KeySet::Candidates KeySet::find(JwtAlgorithm algorithm, std::optional<std::string_view> id) const {
  Candidates found;
  for (const JwtKey& key : keys_) {
    const bool is_named = !id || !key.id() || *key.id() == *id;
    found.is_id_known |= is_named;
    if (is_named && key.algorithm() == algorithm && found.keys.size() < kTried) found.keys.push_back(&key);
  }
  return found;
}

}  // namespace frontrow::http

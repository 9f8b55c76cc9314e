// Any bytes as a JSON Web Key Set: it is refused with a reason, or each key of it is of a known kind and verifies nothing that it
// has not signed. Any bytes as a token beside such a set are refused.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "api/jwt.hpp"
#include "base/check.hpp"

namespace {

using namespace frontrow::http;

void use(const KeySet& set, std::string_view bytes) {
  CHECK(!set.is_empty() && set.size() <= KeySet::kMost);
  for (int i = 0; i <= static_cast<int>(JwtAlgorithm::eddsa); ++i) {
    const auto algorithm = static_cast<JwtAlgorithm>(i);
    for (const JwtKey* key : set.find(algorithm, {}).keys) {
      CHECK(key->algorithm() == algorithm && algorithm != JwtAlgorithm::hs256);
      CHECK(!key->verifies("a message that nobody has signed", bytes.substr(0, 600)));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const JwtVerifier known({},
                                 KeySet::of_json(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a",)"
                                                 R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})"));
  CHECK(!known.verify(bytes, {}).has_value());
  try {
    use(KeySet::of_json(bytes), bytes);
  } catch (const std::runtime_error& refused) {
    CHECK(!std::string_view(refused.what()).empty());
  }
  return 0;
}

// The one declaration of each setting: name, bounds, meaning and member.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "main/config_file.hpp"
#include "main/settings.hpp"

namespace frontrow {

struct Setting {
  std::string_view group;
  std::string_view name;     // as a flag without its dashes and as a key of the file
  ConfigKind kind;           // its type in the file
  std::string allowed;       // "1 … 86400", "open or jwt", "an address"
  std::string_view meaning;  // one sentence
  std::function<std::expected<void, std::string>(Settings&, std::string_view)> store;  // returns the reason of a refusal
  std::function<std::string(const Settings&)> show;

  std::string environment_name() const;  // FRONTROW_HOLD_SECONDS
};

// The settings of the cluster profile.
std::vector<Setting> cluster_settings();

// The settings that bound what one client may use.
std::vector<Setting> limit_settings();

// The settings of bearer tokens.
std::vector<Setting> token_settings();
// Why the keys that these settings name will not do; an empty text if they will.
std::string refuse_token_keys(const Settings& settings);

// The settings of passes for joins.
std::vector<Setting> pass_settings();
std::string refuse_pass_keys(const Settings& settings);

// In the order of the documentation. Built once.
std::span<const Setting> settings_table();

// What a command works with. It reads the secrets and the key files of these parts only, and wants no others.
enum class Part : std::uint8_t { http, mysql, redis, kafka };
bool uses(Subcommand command, Settings::Profile profile, Part part);

// A secret that the environment may carry instead of the file that a setting names.
struct SecretSource {
  Part part;
  std::string_view environment_name;
  std::string_view file_setting;
  std::filesystem::path Settings::* file;
  std::optional<Secret> Settings::* secret;
  std::string_view meaning;
};
std::span<const SecretSource> secret_sources();

}  // namespace frontrow

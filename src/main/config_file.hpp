// Reads a configuration file: flat TOML, `key = value`. The library toml++ parses it.
//
// Knows nothing of what the keys mean. Values are whole numbers, true or false, and strings on one line; tables, arrays, dates and
// floats are TOML, but no setting, and refused. (CLI11's own reader puts a file above the environment and forgets line numbers.)
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow {

enum class ConfigKind { number, fact, text };

struct ConfigEntry {
  std::string key;
  ConfigKind kind;
  std::string value;  // unquoted; a number in plain digits
  int line;           // from 1
};

struct ConfigError {
  int line;
  std::string reason;
};

// Entries in the order of the file; a key given twice is refused at its second line.
std::expected<std::vector<ConfigEntry>, ConfigError> parse_config(std::string_view text);

}  // namespace frontrow

// Reads a configuration file: flat TOML, `key = value`. The library toml++ parses it.
//
// Does not know the meaning of keys. Values are whole numbers, true or false, and strings on one line. Tables, arrays,
// dates and floats are TOML, but no settings, and refused. (CLI11's own reader puts a file above the environment and
// forgets line numbers.)
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

// Entries in the order of the file; a repeated key is refused at its second line.
std::expected<std::vector<ConfigEntry>, ConfigError> parse_config(std::string_view text);

}  // namespace frontrow

#include "main/config_file.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace frontrow {

namespace {

int line_of(const toml::source_region& where) { return static_cast<int>(where.begin.line); }

// The library's words, and a hint at the usual mistake.
std::string reason_of(const toml::parse_error& error) {
  std::string reason{error.description()};
  if (reason.find("determine value type") != std::string::npos || reason.find("parsing boolean") != std::string::npos)
    reason += "; a text needs quotes";
  else if (reason.find("pair: encountered end-of-file") != std::string::npos ||
           reason.find("pair: expected value") != std::string::npos)
    reason += "; a line is `key = value`";
  return reason;
}

// A setting has one value. So a table in the file cannot be a setting and is refused.
const char* refusal_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "tables are not understood; the file is flat";
    case toml::node_type::string:
      return node.source().begin.line == node.source().end.line ? nullptr : "a string must be on one line";
    case toml::node_type::integer:
      return node.as_integer()->flags() == toml::value_flags::none ? nullptr : "write the number in decimal";
    case toml::node_type::boolean: return nullptr;
    default: return "only whole numbers, true, false and \"strings\" are understood";
  }
}

ConfigEntry entry_of(std::string_view key, const toml::node& node) {
  ConfigEntry entry{.key = std::string{key}, .kind = ConfigKind::text, .value = {}, .line = line_of(node.source())};
  if (const auto* text = node.as_string()) {
    entry.value = text->get();
  } else if (const auto* number = node.as_integer()) {
    entry.kind = ConfigKind::number;
    entry.value = std::to_string(number->get());
  } else {
    entry.kind = ConfigKind::fact;
    entry.value = node.as_boolean()->get() ? "true" : "false";
  }
  return entry;
}

}  // namespace

std::expected<std::vector<ConfigEntry>, ConfigError> parse_config(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return std::unexpected(ConfigError{line_of(error.source()), reason_of(error)});
  }
  std::vector<ConfigEntry> entries;
  std::optional<ConfigError> first;
  for (const auto& [key, node] : parsed.table()) {
    const int line = line_of(node.source());
    if (const char* reason = refusal_of(node)) {
      if (!first || line < first->line) first = ConfigError{line, reason};
    } else {
      entries.push_back(entry_of(key.str(), node));
    }
  }
  if (first) return std::unexpected(std::move(*first));
  std::ranges::sort(entries, {}, &ConfigEntry::line);
  return entries;
}

}  // namespace frontrow

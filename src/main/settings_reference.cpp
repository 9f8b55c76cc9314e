// Writes docs/reference/settings.md from the settings table; a golden test compares them, so that the page is never out
// of date.
#include <fmt/format.h>

#include <string>

#include "main/settings.hpp"
#include "main/settings_table.hpp"

namespace frontrow {

namespace {

constexpr std::string_view kHead = R"(# Settings

Generated from the program (`frontrow settings-reference`); do not edit.

A flag (`--hold-seconds 120`) counts over the environment (`FRONTROW_HOLD_SECONDS=120`), the environment over the file named by `--config`
or `FRONTROW_CONFIG`, the file over the default. The file is flat TOML:

```toml
hold-seconds = 120
log-format = "json"
demo = true
```

An unknown name, `FRONTROW_…` variables included, or a value that is not allowed stops the start with exit code 2, the line or variable, and the
reason. An empty variable counts as not set.

Every command knows all settings, so that one file or environment serves them all. It reads the secrets and key files of the parts it uses, and needs no
others: `serve` uses the keys and tokens of the API and, in the cluster profile, MySQL, Redis and Kafka; `worker` uses MySQL, Redis and Kafka; `migrate`, `audit` and
`demo` use MySQL, or the data directory in the embedded profile.
)";

constexpr std::string_view kSecretsHead = R"(
## Secrets

Secrets come from a file or from the environment, never from a flag or the configuration file, and are never printed. A last line break in a file is
dropped, except of a key that verifies tokens or passes, to which it may belong. Giving both is refused.

| environment | instead of | what |
|---|---|---|
)";

std::string default_cell(const Setting& setting, const Settings& defaults) {
  const std::string text = setting.show(defaults);
  return text.empty() ? "–" : "`" + text + "`";
}

}  // namespace

std::string settings_reference() {
  std::string out{kHead};
  const Settings defaults;
  std::string_view group;
  for (const auto& setting : settings_table()) {
    if (setting.group != group) {
      group = setting.group;
      out += fmt::format("\n## {}\n\n| flag | environment | default | allowed | what |\n|---|---|---|---|---|\n", group);
    }
    out += fmt::format("| `--{}` | `{}` | {} | {} | {} |\n",
                       setting.name,
                       setting.environment_name(),
                       default_cell(setting, defaults),
                       setting.allowed,
                       setting.meaning);
  }
  out += kSecretsHead;
  for (const auto& source : secret_sources()) {
    out += fmt::format("| `{}` | `--{}` | {} |\n", source.environment_name, source.file_setting, source.meaning);
  }
  return out;
}

}  // namespace frontrow

// Texts that users rely on, kept as files.
#include "support/golden.hpp"

#include <fmt/format.h>

#include "base/log_fields.hpp"
#include "main/settings.hpp"

namespace frontrow {
namespace {

// The index template of the JSON log. Its mapping is strict: an index made with it refuses a line with any other field.
std::string log_index_template() {
  std::string fields;
  const auto add = [&](std::string_view name, std::string_view type) {
    fields += fmt::format("        \"{}\": {{ \"type\": \"{}\" }},\n", name, type);
  };
  add("@timestamp", "date");
  add("message", "text");
  for (const char* name : {"log.level", "ecs.version", "service.name", "service.version"}) add(name, "keyword");
  for (const LogFieldName& field : kLogFieldNames) {
    switch (field.kind) {
      case LogKind::text: add(field.ecs, field.ecs == "error.message" ? "text" : "keyword"); break;
      case LogKind::number: add(field.ecs, "long"); break;
      case LogKind::fact: add(field.ecs, "boolean"); break;
    }
  }
  fields.erase(fields.size() - 2, 1);
  return "{\n  \"index_patterns\": [\"logs-frontrow-*\"],\n  \"data_stream\": {},\n  \"priority\": 200,\n  \"template\": {\n"
         "    \"mappings\": {\n      \"dynamic\": \"strict\",\n      \"properties\": {\n" +
         fields + "      }\n    }\n  }\n}\n";
}

TEST(Golden, LogIndexTemplate) { test::expect_golden("deploy/logs/index-template.json", log_index_template()); }

TEST(Golden, SettingsReference) { test::expect_golden("docs/reference/settings.md", settings_reference()); }
TEST(Golden, LimitsReference) { test::expect_golden("docs/reference/limits.md", limits_reference()); }

}  // namespace
}  // namespace frontrow

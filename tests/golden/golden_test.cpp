// Texts that users rely on, kept as files.
#include "support/golden.hpp"

#include "main/settings.hpp"

namespace frontrow {
namespace {

TEST(Golden, SettingsReference) { test::expect_golden("docs/reference/settings.md", settings_reference()); }
TEST(Golden, LimitsReference) { test::expect_golden("docs/reference/limits.md", limits_reference()); }

}  // namespace
}  // namespace frontrow

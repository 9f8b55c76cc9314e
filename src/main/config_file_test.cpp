// The accepted forms of a configuration file, and the line of each refusal.
#include "main/config_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace frontrow {
namespace {

TEST(ConfigFile, ReadsNumbersFactsTextsAndComments) {
  const auto entries = parse_config(
      "# a sale\r\n"
      "\n"
      "port = 8_080 # as a number\n"
      "  demo=true\n"
      "data-dir = \"/var/lib/\\\"front row\\\" # not a comment\"\n"
      "key_file = '/etc/C:\\raw'\n"
      "least = -1\n"
      "plus = +5");
  ASSERT_TRUE(entries) << entries.error().reason;
  ASSERT_EQ(entries->size(), 6u);
  const std::vector<ConfigEntry> expected = {
      {"port", ConfigKind::number, "8080", 3},
      {"demo", ConfigKind::fact, "true", 4},
      {"data-dir", ConfigKind::text, "/var/lib/\"front row\" # not a comment", 5},
      {"key_file", ConfigKind::text, "/etc/C:\\raw", 6},
      {"least", ConfigKind::number, "-1", 7},
      {"plus", ConfigKind::number, "5", 8},
  };
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(entries->at(i).key, expected[i].key);
    EXPECT_EQ(entries->at(i).kind, expected[i].kind);
    EXPECT_EQ(entries->at(i).value, expected[i].value);
    EXPECT_EQ(entries->at(i).line, expected[i].line);
  }
}

TEST(ConfigFile, ReadsWhatTomlWritesInAnotherWay) {
  const auto entries = parse_config("\xef\xbb\xbf\"port\" = 1\nhost = \"\\u0041\"\nz = 'last'\na = '''raw'''\n");
  ASSERT_TRUE(entries) << entries.error().reason;
  std::string all;
  for (const ConfigEntry& entry : *entries) all += entry.key + '=' + entry.value + ';';
  EXPECT_EQ(all, "port=1;host=A;z=last;a=raw;") << "in the order of the file";
}

TEST(ConfigFile, MayBeEmpty) {
  for (const auto* text : {"", "\n\n", "# nothing", "   \r\n"}) EXPECT_TRUE(parse_config(text)->empty()) << text;
}

struct Wrong {
  std::string text;
  int line;
  std::string reason;
};

TEST(ConfigFile, RefusesWithTheLineAndTheReason) {
  const std::vector<Wrong> table = {
      {"[server]\nport = 1", 1, "tables"},
      {"port = 1\n\n[server]\nport = 2", 3, "tables"},
      {"server.port = 1", 1, "tables"},
      {"server = { port = 1 }", 1, "tables"},
      {"[[server]]\nport = 1", 1, "whole numbers"},
      {"a = 1\nport", 2, "key = value"},
      {"= 1", 1, "expected keys"},
      {"a b = 1", 1, "expected '='"},
      {"port =", 1, "key = value"},
      {"port = # later", 1, "key = value"},
      {"port =\nhost = 'a'", 1, "key = value"},
      {"port = 80 80", 1, "saw '8'"},
      {"port = \"80\" x", 1, "saw 'x'"},
      {"\n\nhost = localhost", 3, "needs quotes"},
      {"demo = True", 1, "needs quotes"},
      {"port = 80.5", 1, "whole numbers"},
      {"port = inf", 1, "whole numbers"},
      {"port = 0x50", 1, "decimal"},
      {"port = 080", 1, "leading zeroes"},
      {"port = 8__0", 1, "underscores"},
      {"port = 80_", 1, "decimal integer"},
      {"port = 99999999999999999999", 1, "64 bits"},
      {"ports = [1, 2]", 1, "whole numbers"},
      {"when = 2026-07-01", 1, "whole numbers"},
      {"host = \"open", 1, "string"},
      {"host = \"open\\", 1, "string"},
      {"host = \"\\q\"", 1, "escape"},
      {"host = \"\"\"a\nb\"\"\"", 1, "one line"},
      {"host = \"\xff\"", 1, "utf-8"},
      {"port = 1\nhost = 'a'\nport = 2", 3, "redefine existing integer 'port'"},
      {"port = 1\n\"port\" = 2", 2, "redefine"},
  };
  for (const auto& row : table) {
    const auto entries = parse_config(row.text);
    ASSERT_FALSE(entries) << row.text;
    EXPECT_EQ(entries.error().line, row.line) << row.text;
    EXPECT_NE(entries.error().reason.find(row.reason), std::string::npos) << row.text << " -> " << entries.error().reason;
  }
}

}  // namespace
}  // namespace frontrow

// For every logged value, a machine can parse the line and a person can trust that it is one line.
#include "base/log.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <latch>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/log_line.hpp"

namespace frontrow {
namespace {

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { configure_log({}); }

  void use(LogFormat format, LogLevel level = LogLevel::debug) { configure_log({.format = format, .level = level, .out = &out_}); }

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream in{out_.str()};
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  boost::json::object only_object() const {
    EXPECT_EQ(lines().size(), 1u) << out_.str();
    return boost::json::parse(lines().at(0)).as_object();
  }

  std::ostringstream out_;
};

std::vector<std::string> keys(const boost::json::object& object) {
  std::vector<std::string> all;
  for (const auto& member : object) all.emplace_back(member.key());
  return all;
}

TEST_F(LogTest, JsonCarriesEveryKindOfValueInOrder) {
  use(LogFormat::json);
  const std::string name = "Kim";
  log_info("seat held",
           {{"userId", StrongId<struct UserTag>{7}}, {"name", name}, {kTraceId, "abc"}, {"again", true}, {"free", std::size_t{3}}});
  const auto entry = only_object();
  EXPECT_EQ(keys(entry), (std::vector<std::string>{"ts", "level", "message", "traceId", "userId", "name", "again", "free"}));
  EXPECT_TRUE(parse_iso8601(std::string_view{entry.at("ts").as_string()}));
  EXPECT_EQ(entry.at("level"), "info");
  EXPECT_EQ(entry.at("message"), "seat held");
  EXPECT_EQ(entry.at("userId"), 7);
  EXPECT_EQ(entry.at("name"), "Kim");
  EXPECT_EQ(entry.at("again"), true);
  EXPECT_EQ(entry.at("free"), 3);
}

TEST_F(LogTest, JsonNumbersKeepTheirEnds) {
  use(LogFormat::json);
  log_info("ends", {{"least", std::numeric_limits<std::int64_t>::min()}, {"most", std::numeric_limits<std::uint64_t>::max()}});
  const auto entry = only_object();
  EXPECT_EQ(entry.at("least"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(entry.at("most"), std::numeric_limits<std::int64_t>::max());
}

TEST_F(LogTest, AFieldCannotReplaceOneOfOurs) {
  use(LogFormat::json);
  log_warn("real", {{"message", "forged"}, {"level", "forged"}});
  const auto entry = only_object();
  EXPECT_EQ(entry.at("message"), "real");
  EXPECT_EQ(entry.at("level"), "warn");
  EXPECT_EQ(entry.at("message_"), "forged");
}

struct Text {
  std::string given;
  std::string read_back;
};

// Boost.JSON refuses raw control characters and broken UTF-8, so parsing is the proof.
TEST_F(LogTest, JsonSurvivesAnyText) {
  const std::string bad = "\xEF\xBF\xBD";
  const std::vector<Text> table = {
      {"plain", "plain"},
      {"", ""},
      {"quote \" backslash \\ slash /", "quote \" backslash \\ slash /"},
      {"line\nreturn\rtab\t", "line\nreturn\rtab\t"},
      {std::string{"nul\0end", 7}, std::string{"nul\0end", 7}},
      {"\x1b[31m\x7f", "\x1b[31m\x7f"},
      {"좌석 🎫", "좌석 🎫"},
      {"\x80 lone", bad + " lone"},
      {"cut \xEC\xA2", "cut " + bad + bad},
      {"overlong \xC0\xAF", "overlong " + bad + bad},
      {"overlong \xE0\x80\xAF", "overlong " + bad + bad + bad},
      {"surrogate \xED\xA0\x80", "surrogate " + bad + bad + bad},
      {"beyond \xF4\x90\x80\x80", "beyond " + bad + bad + bad + bad},
      {"\xFF\xFE", bad + bad},
      {"c1 \xC2\x9B", "c1 " + bad},
  };
  for (const auto& row : table) {
    out_.str("");
    use(LogFormat::json);
    log_info(row.given, {{"text", row.given}, {row.given, 1}});
    const auto entry = only_object();
    EXPECT_EQ(entry.at("message"), boost::json::string_view{row.read_back}) << row.given;
    EXPECT_EQ(entry.at("text"), boost::json::string_view{row.read_back}) << row.given;
  }
}

TEST_F(LogTest, LongTextsAreCut) {
  use(LogFormat::json);
  log_info(std::string(1'000'000, 'x'));
  EXPECT_EQ(only_object().at("message").as_string().size(), kLogTextMax + 3);
  // A text cut inside a character: the character is kept whole or replaced, never halved.
  std::string out;
  append_json_string(out, std::string(kLogTextMax - 1, 'x') + "좌석");
  EXPECT_NO_THROW(boost::json::parse(out));
}

TEST_F(LogTest, ConsoleIsReadable) {
  use(LogFormat::console);
  log_error("store away", {{"component", "sqlite"}, {"reason", "disk full"}, {"tries", 3}, {"fatal", false}, {"empty", ""}});
  ASSERT_EQ(lines().size(), 1u);
  const std::string line = lines()[0];
  EXPECT_EQ(line.substr(line.find(' ')), " error store away component=sqlite reason=\"disk full\" tries=3 fatal=false empty=\"\"");
}

TEST_F(LogTest, ConsoleCannotBeForged) {
  use(LogFormat::console);
  log_info("two\nlines \x1b[2J", {{"key\n", "a\nb"}, {"quoted", "say \"hi\""}});
  ASSERT_EQ(lines().size(), 1u);
  const std::string line = lines()[0];
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find(R"(two\nlines \u001b[2J key\n="a\nb" quoted="say \"hi\"")"), std::string::npos) << line;
}

TEST_F(LogTest, LevelsBelowTheSetOneAreDropped) {
  use(LogFormat::json, LogLevel::warn);
  EXPECT_FALSE(log_enabled(LogLevel::info));
  EXPECT_TRUE(log_enabled(LogLevel::warn));
  log_debug("no");
  log_info("no");
  log_warn("yes");
  log_error("yes");
  EXPECT_EQ(lines().size(), 2u);
}

TEST_F(LogTest, LinesOfManyThreadsStayWhole) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  use(LogFormat::json);
  std::latch start{kThreads};
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      start.arrive_and_wait();
      for (int i = 0; i < kEach; ++i) log_info("from a thread", {{"thread", t}, {"line", i}});
    });
  }
  threads.clear();
  const auto all = lines();
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kThreads * kEach));
  for (const auto& line : all) EXPECT_NO_THROW(boost::json::parse(line)) << line;
}

}  // namespace
}  // namespace frontrow

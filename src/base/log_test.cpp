// For every logged value, a machine can parse the line and a person can trust that it is one line.
#include "base/log.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <latch>
#include <set>
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

  void use(LogFormat format, LogLevel level = LogLevel::debug) {
    configure_log({.format = format, .level = level, .version = "1.2.3", .out = &out_});
  }

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
  const std::string file = "a.key";
  log_info("seat held",
           {{"concert", StrongId<struct ConcertTag>{7}},
            {"file", file},
            {kTraceId, "abc"},
            {"outcomeUnknown", true},
            {"commands", std::size_t{3}}});
  const auto entry = only_object();
  EXPECT_EQ(keys(entry),
            (std::vector<std::string>{"@timestamp",
                                      "log.level",
                                      "message",
                                      "trace.id",
                                      "frontrow.concert",
                                      "file.path",
                                      "frontrow.outcome_unknown",
                                      "frontrow.commands",
                                      "ecs.version",
                                      "service.name",
                                      "service.version"}));
  EXPECT_TRUE(parse_iso8601(std::string_view{entry.at("@timestamp").as_string()}));
  EXPECT_EQ(entry.at("log.level"), "info");
  EXPECT_EQ(entry.at("message"), "seat held");
  EXPECT_EQ(entry.at("frontrow.concert"), 7);
  EXPECT_EQ(entry.at("file.path"), "a.key");
  EXPECT_EQ(entry.at("frontrow.outcome_unknown"), true);
  EXPECT_EQ(entry.at("frontrow.commands"), 3);
  EXPECT_EQ(entry.at("service.name"), "frontrow");
  EXPECT_EQ(entry.at("service.version"), "1.2.3");
}

TEST_F(LogTest, JsonNumbersKeepTheirEnds) {
  use(LogFormat::json);
  log_info("ends", {{"shown", std::numeric_limits<std::int64_t>::min()}, {"stored", std::numeric_limits<std::uint64_t>::max()}});
  const auto entry = only_object();
  EXPECT_EQ(entry.at("frontrow.shown_version"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(entry.at("frontrow.stored_version"), std::numeric_limits<std::int64_t>::max());
}

TEST_F(LogTest, JsonHasTheUnitsOfTheSchema) {
  use(LogFormat::json);
  log_info("answered", {{"microseconds", 1'234}});
  EXPECT_EQ(only_object().at("event.duration"), 1'234'000) << "nanoseconds";
}

// An index takes `a` as a value or as the parent of `a.b`, not as both.
TEST(LogFieldNames, AreUniqueAndNoneIsTheParentOfAnother) {
  std::vector<std::string> names = {"@timestamp", "log.level", "message", "ecs.version", "service.name", "service.version"};
  std::set<std::string_view> keys;
  for (const LogFieldName& field : kLogFieldNames) {
    names.emplace_back(field.ecs);
    EXPECT_TRUE(keys.insert(field.key).second) << field.key;
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = 0; j < names.size(); ++j) {
      if (i == j) continue;
      EXPECT_NE(names[i], names[j]);
      EXPECT_FALSE(names[i].starts_with(names[j] + ".")) << names[i];
    }
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
    log_info(row.given, {{"what", row.given}});
    const auto entry = only_object();
    EXPECT_EQ(entry.at("message"), boost::json::string_view{row.read_back}) << row.given;
    EXPECT_EQ(entry.at("frontrow.what"), boost::json::string_view{row.read_back}) << row.given;
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
  log_error("store away", {{"where", "sqlite"}, {"reason", "disk full"}, {"commands", 3}, {"outcomeUnknown", false}, {"what", ""}});
  ASSERT_EQ(lines().size(), 1u);
  const std::string line = lines()[0];
  EXPECT_EQ(line.substr(line.find(' ')),
            " error store away where=sqlite reason=\"disk full\" commands=3 outcomeUnknown=false what=\"\"");
}

TEST_F(LogTest, ConsoleCannotBeForged) {
  use(LogFormat::console);
  log_info("two\nlines \x1b[2J", {{"reason", "a\nb"}, {"what", "say \"hi\""}});
  ASSERT_EQ(lines().size(), 1u);
  const std::string line = lines()[0];
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find(R"(two\nlines \u001b[2J reason="a\nb" what="say \"hi\"")"), std::string::npos) << line;
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
      for (int i = 0; i < kEach; ++i) log_info("from a thread", {{"given", t}, {"taken", i}});
    });
  }
  threads.clear();
  const auto all = lines();
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kThreads * kEach));
  for (const auto& line : all) EXPECT_NO_THROW(boost::json::parse(line)) << line;
}

}  // namespace
}  // namespace frontrow

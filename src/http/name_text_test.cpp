// The names that are accepted, and the text that each becomes.
#include "http/name_text.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

std::string clean(std::string_view name) {
  const auto cleaned = clean_name(name);
  return cleaned ? *cleaned : std::string("refused: ") + cleaned.error();
}

TEST(NameText, BlanksOfAnyKindBecomeOneSpaceAndGoFromTheEnds) {
  EXPECT_EQ(clean("  R  Area "), "R Area");
  EXPECT_EQ(clean("\u00A0R\u3000\u2003Area\u00A0"), "R Area") << "no-break, ideographic and em space";
  EXPECT_EQ(clean("\u3000 1층 \u3000"), "1층");
}

TEST(NameText, LooksAlikeIsAlike) {
  EXPECT_EQ(clean("Cafe\u0301"), "Caf\u00E9");
  EXPECT_EQ(clean("\u1112\u1161\u11AB\u1100\u1173\u11AF"), "한글") << "as macOS writes file names";
}

TEST(NameText, WhatNobodySeesIsRefused) {
  const std::string invisible = "refused: must not contain invisible or control characters";
  for (const std::string_view name :
       {"R\tArea", "R\nArea",     "R\x01",       "R\x7F",          "R\u0085", "R\u200B", "\uFEFFR", "R\u00ADArea",
        "R\u2060", "R\u202EaerA", "\u202AR",     "R\u2066x\u2069", "R\u061C", "R\u200F", "R\u3164", "\u115FR",
        "R\uFFA0", "R\u2800",     "R\u2028",     "R\u2029",        "R\u034F", "R\uFE0F", "R\u200D", "R\u200CA",
        "R\uE000", "R\uFFFC",     "R\U000E0041", "R\U0010FFFE",    "R\u180E", "R\u17B4"})
    EXPECT_EQ(clean(name), invisible) << name;
  EXPECT_EQ(clean(std::string_view("R\0A", 3)), invisible);
}

TEST(NameText, ANameHasAVisibleCharacter) {
  const std::string blank = "refused: must have a visible character";
  for (const std::string_view name : {"", " ", "\u3000", "\u00A0 \u2003", "\u0301", " \u0301\u0300"})
    EXPECT_EQ(clean(name), blank) << name;
}

TEST(NameText, EveryScriptAndEmojiAreTaken) {
  for (const std::string_view name : {"R석",
                                      "콘서트 2026",
                                      "Ólafur Arnalds",
                                      "Москва",
                                      "東京ドーム",
                                      "عمرو دياب",
                                      "می\u200Cخواهم",
                                      "श्री\u200Dमान",
                                      "A–Z & “Q”: 1/2 (＋)",
                                      "①층",
                                      "\u2764\uFE0F Love",
                                      "👩\u200D🎤",
                                      "👩🏽\u200D🎤 Live",
                                      "#\uFE0F\u20E3",
                                      "🇰🇷",
                                      "Ｒ"})
    EXPECT_EQ(clean(name), name);
}

TEST(NameText, IsAsGoodTwice) {
  for (const std::string_view name : {"  Cafe\u0301  x", "👩\u200D🎤", "한글"}) EXPECT_EQ(clean(clean(name)), clean(name));
}

}  // namespace
}  // namespace frontrow::http

#include "api/key_source.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/faults/every_exception.hpp"

namespace frontrow::http {
namespace {

KeySet a_key(char c) { return KeySet::of_file(JwtAlgorithm::hs256, std::string(32, c)); }

constexpr KeySource::Pace kNever{.every = std::chrono::hours{1}, .floor = std::chrono::hours{1}, .retry = std::chrono::hours{1}};

struct Story {
  int readings = 0;
  bool is_away = false, has_changed = false;
  JwtVerifier verifier{{}};
  KeySource source;

  explicit Story(KeySource::Pace pace = kNever)
      : source(
            verifier,
            [this] {
              ++readings;
              if (is_away) throw std::runtime_error("it is away");
              return KeySet::of_json(
                  R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":")" +
                  std::to_string(readings) + R"("}]})");
            },
            [this] { return std::exchange(has_changed, false); }, pace) {}

  bool knows(int reading) { return verifier.keys()->find(JwtAlgorithm::eddsa, std::to_string(reading)).is_id_known; }
};

TEST(KeySource, ReadsAtOnceAndThenWhenItIsTime) {
  Story story;
  story.source.look();
  story.source.look();
  EXPECT_EQ(story.readings, 1);
  EXPECT_TRUE(story.knows(1));
  Story eager({.every = std::chrono::seconds{0}, .floor = std::chrono::hours{1}});
  for (int i = 0; i < 3; ++i) eager.source.look();
  EXPECT_EQ(eager.readings, 3);
}

TEST(KeySource, ReadsAgainWhenTheFileHasChangedOrAnOperatorAsks) {
  Story story;
  story.source.look();
  story.has_changed = true;
  story.source.look();
  EXPECT_EQ(story.readings, 2);
  story.source.read_again();
  story.source.look();
  EXPECT_EQ(story.readings, 3);
  EXPECT_TRUE(story.knows(3));
  EXPECT_FALSE(story.knows(2));
}

TEST(KeySource, TheLastGoodKeysStay) {
  Story story;
  story.source.look();
  story.is_away = true;
  story.source.read_again();
  story.source.look();
  EXPECT_EQ(story.readings, 2);
  EXPECT_TRUE(story.knows(1));
  EXPECT_EQ(story.source.complaint(), "it is away");
  story.is_away = false;
  story.source.read_again();
  story.source.look();
  EXPECT_EQ(story.source.complaint(), std::nullopt);
}

TEST(KeySource, AnUnknownKeyWaitsForAReadingThatIsNotTooEarly) {
  Story story({.every = std::chrono::hours{1}, .floor = std::chrono::seconds{0}});
  story.source.look();
  int called = 0;
  KeySource::Done done = [&] { ++called; };
  ASSERT_TRUE(story.source.wait_for_reading(done));
  EXPECT_EQ(called, 0);
  story.source.look();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(story.readings, 2);

  Story patient;
  patient.source.look();
  KeySource::Done other = [&] { ++called; };
  EXPECT_FALSE(patient.source.wait_for_reading(other));
  patient.source.look();
  EXPECT_EQ(patient.readings, 1);
  EXPECT_EQ(called, 1);
}

TEST(KeySource, BeforeTheFirstReadingATokenWaits) {
  Story story;
  int called = 0;
  KeySource::Done done = [&] { ++called; };
  ASSERT_TRUE(story.source.wait_for_reading(done));
  story.is_away = true;
  story.source.look();
  EXPECT_EQ(called, 1) << "also when it fails";
}

TEST(KeySource, AnyExceptionOfAReadingIsAFailureOfIt) {
  for (const auto& each : test::every_exception()) {
    JwtVerifier verifier({}, a_key('a'));
    KeySource source(
        verifier,
        [&]() -> KeySet {
          each.now();
          return {};
        },
        {},
        kNever);
    int called = 0;
    KeySource::Done done = [&] { ++called; };
    ASSERT_TRUE(source.wait_for_reading(done));
    source.look();
    EXPECT_EQ(called, 1);
    EXPECT_TRUE(source.complaint().has_value());
    EXPECT_EQ(verifier.keys()->size(), 1U);
  }
}

TEST(KeySource, NoMoreThanAThousandWait) {
  Story story;
  for (int i = 0; i < 1'000; ++i) {
    KeySource::Done done = [] {};
    ASSERT_TRUE(story.source.wait_for_reading(done)) << i;
  }
  KeySource::Done done = [] {};
  EXPECT_FALSE(story.source.wait_for_reading(done));
  story.source.look();
  EXPECT_EQ(story.readings, 1);
}

// A key that was replaced while requests were verifying with it: the old set lives as long as they need it.
TEST(KeySource, AVerifierKeepsNoKeyOfBefore) {
  JwtVerifier verifier({}, a_key('a'));
  const auto before = verifier.keys();
  verifier.use(a_key('b'));
  EXPECT_NE(verifier.keys(), before);
  EXPECT_EQ(before->size(), 1U);
}

}  // namespace
}  // namespace frontrow::http

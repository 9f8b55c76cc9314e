// The JSON in the events of an operator's changes.
#include "app/commands/change_json.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

const Concert kBefore{.id = {1}, .title = "Night", .artist = "", .venue = "Hall", .booking = {}, .queue = {}};
constexpr TimePoint kNine{std::chrono::hours{500'001}};

TEST(ChangeJson, NamesWhatDiffersAndNothingElse) {
  Concert after = kBefore;
  EXPECT_EQ(changes_between(kBefore, after), "{}");
  after.title = "\"Dawn\"";
  after.venue = "";
  after.booking.closes_at = kNine;
  after.time_zone = "Europe/Berlin";
  after.sales_end_offset = std::chrono::minutes{-30};
  EXPECT_EQ(changes_between(kBefore, after),
            R"({"title":{"from":"Night","to":"\"Dawn\""},"venue":{"from":"Hall","to":null},)"
            R"("bookingClosesAt":{"from":null,"to":"2027-01-15T09:00:00.000Z"},)"
            R"("timeZone":{"from":null,"to":"Europe/Berlin"},"salesEndOffsetMinutes":{"from":0,"to":-30}})");
}

TEST(ChangeJson, TellsTheQueueAsAWholeAndTheEndOfAConcert) {
  Concert after = kBefore;
  after.queue = {.enabled = false, .max_active = 7, .admissions_per_second = 8};
  after.is_deleted = true;
  EXPECT_EQ(changes_between(kBefore, after),
            R"({"queue":{"from":{"enabled":true,"maxActive":500,"admissionsPerSecond":100},)"
            R"("to":{"enabled":false,"maxActive":7,"admissionsPerSecond":8}},"deleted":{"from":false,"to":true}})");
}

TEST(ChangeJson, TellsAMovedDateANameAndPrices) {
  EXPECT_EQ(changes_of_start(kNine, kNine + std::chrono::hours{1}),
            R"({"startsAt":{"from":"2027-01-15T09:00:00.000Z","to":"2027-01-15T10:00:00.000Z"}})");
  EXPECT_EQ(changes_of_section("R", "VIP"), R"({"section":{"from":"R","to":"VIP"}})");
  const PriceChange line{.section = "", .from = {154'000}, .to = {154}, .seats = 3, .sold = 1};
  EXPECT_EQ(changes_of_prices({&line, 1}), R"({"prices":[{"section":null,"from":154000,"to":154,"seats":3}]})");
}

TEST(ChangeJson, AnEventDoesNotGrowWithoutBound) {
  const std::vector<PriceChange> lines(kMaxPricesTold + 3, PriceChange{.section = "R", .from = {1}, .to = {2}, .seats = 1});
  const std::string told = changes_of_prices(lines);
  EXPECT_TRUE(told.ends_with(R"("pricesLeftOut":3})")) << told;
  EXPECT_LT(told.size(), 64 * kMaxPricesTold);
}

}  // namespace
}  // namespace frontrow

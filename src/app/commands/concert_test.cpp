// Making and changing concerts, decided on rows made by hand.
#include "app/commands/concert.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/schedule.hpp"
#include "support/fakes/hand_made_set.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

SchedulePlan numbered(TimePoint starts_at, int seats) {
  return {.starts_at = starts_at, .sections = {{.name = "", .rows = 0, .seats_per_row = seats, .price = {100}}}};
}

class ConcertCommandsTest : public testing::Test {
 protected:
  ConcertPlan plan() const {
    return {.title = "Night",
            .artist = "Strings",
            .venue = "Hall",
            .booking = {.opens_at = rows.set.now, .closes_at = {}},
            .queue = {.max_active = 3, .admissions_per_second = 2},
            .schedules = {numbered(rows.set.now + hours{1}, 3),
                          {.starts_at = rows.set.now + hours{24},
                           .sections = {{.name = "A", .rows = 2, .seats_per_row = 2, .price = {500}},
                                        {.name = "B", .rows = 1, .seats_per_row = 1, .price = {300}}}}}};
  }
  Result<MadeConcert> create(std::optional<Idempotent> key = {}) { return rows.run<CreateConcert>(plan(), key); }
  Result<Concert> patch(ConcertId concert, ConcertPatch what) { return rows.run<PatchConcert>(concert, std::move(what)); }
  HandMadeSet rows;
};

TEST_F(ConcertCommandsTest, CreatingMakesEverySeatOfEverySchedule) {
  const auto made = create();
  ASSERT_TRUE(made.has_value());
  ASSERT_THAT(rows.set.new_concerts, SizeIs(1));
  const Concert& concert = rows.set.new_concerts[0];
  EXPECT_EQ(concert.id, made->id);
  EXPECT_EQ(concert.title, "Night");
  EXPECT_EQ(concert.artist, "Strings");
  EXPECT_EQ(concert.venue, "Hall");
  EXPECT_EQ(concert.booking, plan().booking);
  EXPECT_EQ(concert.queue, plan().queue);
  ASSERT_THAT(made->schedules, SizeIs(2));
  EXPECT_EQ(made->schedule_count, 2);
  EXPECT_EQ(made->first_schedule, made->schedules[0].schedule.id);
  EXPECT_EQ(made->schedules[0].seats, 3);
  EXPECT_EQ(made->schedules[1].seats, 5);
  EXPECT_EQ(made->schedules[1].first_seat.value, made->schedules[0].first_seat.value + 3);
  EXPECT_EQ(made->schedules[1].schedule.starts_at, rows.set.now + hours{24});
  EXPECT_EQ(made->schedules[1].schedule.concert, made->id);
  EXPECT_THAT(rows.set.new_schedules, SizeIs(2));
  EXPECT_THAT(rows.set.new_sections, SizeIs(3));
  struct Place {
    int row, number;
    std::int64_t price;
    bool operator==(const Place&) const = default;
  };
  std::vector<Place> places;
  for (std::size_t i = 0; i < rows.set.new_seats.size(); ++i) {
    const SeatPlace& seat = rows.set.new_seats[i].place;
    places.push_back({seat.row, seat.number, rows.set.new_seats[i].price.value});
    EXPECT_EQ(seat.id.value, rows.set.new_seats[0].place.id.value + static_cast<std::int64_t>(i))
        << "ids of a schedule are consecutive";
  }
  EXPECT_EQ(
      places,
      (std::vector<Place>{{0, 1, 100}, {0, 2, 100}, {0, 3, 100}, {1, 1, 500}, {1, 2, 500}, {2, 1, 500}, {2, 2, 500}, {1, 1, 300}}));
  EXPECT_EQ(rows.set.new_seats[3].place.schedule, made->schedules[1].schedule.id);
  EXPECT_EQ(rows.set.new_seats[7].place.section, rows.set.new_sections[2].id);
}

TEST_F(ConcertCommandsTest, DeclaresAsManyIdsAsItTakes) {
  Keys keys;
  CreateConcert(plan(), keyed({}, Operation::create_concert, 1, 42), [](auto) {}).declare(keys);
  const auto count = [&](IdKind kind) { return keys.new_ids[static_cast<std::size_t>(kind)]; };
  EXPECT_EQ(count(IdKind::concert), 1);
  EXPECT_EQ(count(IdKind::schedule), 2);
  EXPECT_EQ(count(IdKind::section), 3);
  EXPECT_EQ(count(IdKind::seat), 8);
  EXPECT_THAT(keys.idempotency, SizeIs(1));
  for (std::size_t kind = 0; kind < kIdKinds; ++kind) rows.set.ids[kind] = {.next = 1, .end = 1 + keys.new_ids[kind]};
  EXPECT_TRUE(create().has_value()) << "exactly these are enough";
}

TEST_F(ConcertCommandsTest, CreatingWithTheSameKeyMakesOneConcert) {
  const Idempotent key = keyed({}, Operation::create_concert, 1, 42);
  const auto first = create(key), again = create(key);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->first_schedule, first->first_schedule);
  EXPECT_EQ(again->schedule_count, 2);
  EXPECT_THAT(rows.set.new_concerts, SizeIs(1));
  EXPECT_EQ(create(keyed({}, Operation::create_concert, 1, 43)).error().code, ErrorCode::idempotency_key_reused);
  EXPECT_NE(create()->id, first->id) << "without a key there is another";
}

TEST_F(ConcertCommandsTest, AddingSchedulesNeedsTheConcert) {
  const Idempotent key = keyed({}, Operation::add_schedules, 1, 42);
  rows.set.known_keys.emplace(key.key, IdempotencyRecord{.key = key.key, .fingerprint = 41, .created_at = rows.set.now});
  const std::vector<SchedulePlan> plans = {numbered(rows.set.now + hours{1}, 2)};
  const auto add = [&](ConcertId concert, std::optional<Idempotent> with) { return rows.run<AddSchedules>(concert, plans, with); };
  EXPECT_EQ(add({99}, key).error().code, ErrorCode::idempotency_key_reused);
  EXPECT_EQ(add({99}, {}).error().code, ErrorCode::concert_not_found);
  EXPECT_FALSE(rows.set.is_changed());
  rows.set.known_keys.clear();
  const auto made = add(kConcert, key), again = add(kConcert, key);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->id, kConcert);
  EXPECT_EQ(made->schedules[0].schedule.concert, kConcert);
  EXPECT_EQ(made->schedules[0].seats, 2);
  EXPECT_EQ(again->first_schedule, made->first_schedule);
  EXPECT_THAT(rows.set.new_schedules, SizeIs(1));
  EXPECT_THAT(rows.set.new_concerts, IsEmpty());
}

// The pod's own picture does not count: the dates are counted in the transaction.
TEST_F(ConcertCommandsTest, AConcertHasAtMostAHundredDates) {
  const auto add = [&](int count, std::optional<Idempotent> key = {}) {
    return rows.run<AddSchedules>(
        kConcert, std::vector<SchedulePlan>(static_cast<std::size_t>(count), numbered(rows.set.now + hours{1}, 1)), key);
  };
  const auto first = static_cast<std::int64_t>(rows.set.dates_of(kConcert).size());
  const Idempotent key = keyed({}, Operation::add_schedules, 1, 42);
  ASSERT_TRUE(add(kMaxSchedulesPerConcert - static_cast<int>(first) - 1, key).has_value());
  const auto refused = add(2);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::validation_failed);
  ASSERT_THAT(refused.error().errors, SizeIs(1));
  EXPECT_EQ(refused.error().errors[0].field, "schedules");
  EXPECT_TRUE(add(1).has_value()) << "the last one";
  EXPECT_FALSE(add(1).has_value());
  EXPECT_TRUE(add(kMaxSchedulesPerConcert - static_cast<int>(first) - 1, key).has_value()) << "a replay adds nothing";
  EXPECT_EQ(rows.set.dates_of(kConcert).size(), std::size_t{kMaxSchedulesPerConcert});
}

// Their rows are locked, and their versions tell a pod which of two changes is the later.
TEST_F(ConcertCommandsTest, WhatAnOperatorChangesIsDeclaredAndCounted) {
  const auto declared = [](const Command& command) {
    Keys keys;
    command.declare(keys);
    return keys.changed_concerts;
  };
  EXPECT_THAT(declared(AddSchedules(kConcert, {numbered(rows.set.now, 1)}, {}, [](auto) {})), ElementsAre(kConcert));
  EXPECT_THAT(declared(PatchConcert(kConcert, {}, [](auto) {})), ElementsAre(kConcert));
  const auto rename = [&](const char* title) {
    return patch(kConcert, {.title = title, .artist = {}, .venue = {}, .opens_at = {}, .closes_at = {}, .queue = {}});
  };
  EXPECT_EQ(rename("Dawn")->version, 1);
  EXPECT_EQ(rename("Dusk")->version, 2);
  EXPECT_EQ(rename("Dusk")->version, 2) << "said again, it is no change";
  EXPECT_THAT(rows.set.changed_concerts, SizeIs(2));
}

TEST_F(ConcertCommandsTest, PatchingChangesWhatIsSetAndLeavesTheRest) {
  rows.set.concerts.at(kConcert).artist = "Strings";
  rows.set.concerts.at(kConcert).booking.closes_at = rows.set.now + hours{1};
  const auto patched = patch(kConcert, {.title = "Dawn", .artist = {}, .venue = "", .opens_at = {}, .closes_at = {}, .queue = {}});
  ASSERT_TRUE(patched.has_value());
  EXPECT_EQ(patched->title, "Dawn");
  EXPECT_EQ(patched->artist, "Strings");
  EXPECT_EQ(patched->booking.closes_at, rows.set.now + hours{1});
  const QueueSettings off{.enabled = false, .max_active = 5, .admissions_per_second = 6};
  const auto again = patch(
      kConcert, {.title = {}, .artist = {}, .venue = {}, .opens_at = {}, .closes_at = std::optional<TimePoint>{}, .queue = off});
  EXPECT_EQ(again->title, "Dawn") << "two in one batch see each other";
  EXPECT_EQ(again->booking.closes_at, std::nullopt) << "an inner nothing clears a bound";
  EXPECT_EQ(again->queue, off);
  EXPECT_EQ(rows.set.changed_concerts.back().title, "Dawn");
}

TEST_F(ConcertCommandsTest, ADateInThePastIsRefusedWhenItIsMade) {
  const auto refusals = [](const Result<MadeConcert>& made) {
    std::vector<std::string> told;
    if (!made)
      for (const FieldError& error : made.error().errors) told.push_back(error.field + " " + error.reason);
    return told;
  };
  const TimePoint now = rows.set.now;
  ConcertPlan late = plan();
  late.schedules = {numbered(now - hours{1}, 3), numbered(now + hours{1}, 3), numbered(now, 3)};
  EXPECT_THAT(refusals(rows.run<CreateConcert>(late, std::nullopt)),
              ElementsAre("schedules[0].startsAt must be in the future", "schedules[2].startsAt must be in the future"));
  EXPECT_THAT(refusals(rows.run<AddSchedules>(kConcert, late.schedules, std::nullopt)), SizeIs(2));
  late.schedules = {numbered(now + hours{1}, 3), numbered(now + hours{2}, 3)};
  late.sales_end_offset = std::chrono::minutes{-90};
  EXPECT_THAT(refusals(rows.run<CreateConcert>(late, std::nullopt)),
              ElementsAre(testing::HasSubstr("schedules[0].startsAt is so soon")));
  late.sales_end_offset = {};
  late.booking.opens_at = now + hours{2};
  EXPECT_THAT(refusals(rows.run<CreateConcert>(late, std::nullopt)),
              ElementsAre("bookingOpensAt must be before the sale of the last date ends"));
  EXPECT_FALSE(rows.set.is_changed());
  late.sales_end_offset = std::chrono::minutes{30};
  EXPECT_THAT(refusals(rows.run<CreateConcert>(late, std::nullopt)), IsEmpty());
}

TEST_F(ConcertCommandsTest, AReplayOfDatesThatAreOverByNowIsAnswered) {
  const Idempotent key = keyed({}, Operation::create_concert, 1, 42);
  const ConcertPlan plan = this->plan();
  const auto made = rows.run<CreateConcert>(plan, key);
  rows.set.now += hours{48};
  const auto again = rows.run<CreateConcert>(plan, key);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->id, made->id);
  EXPECT_TRUE(again->is_replay);
  EXPECT_FALSE(made->is_replay);
}

TEST_F(ConcertCommandsTest, ClosingASaleLeavesATraceAndSoDoesOpeningItAgain) {
  const TimePoint now = rows.set.now;
  ConcertPatch close, open;
  close.closes_at = std::optional{now};
  open.closes_at = std::optional<TimePoint>{};
  EXPECT_TRUE(patch(kConcert, close).has_value());
  EXPECT_TRUE(patch(kConcert, close).has_value());
  EXPECT_TRUE(patch(kConcert, open).has_value());
  ASSERT_THAT(rows.set.events, SizeIs(2)) << "what changes nothing is not told";
  const Event& told = rows.set.events[0];
  EXPECT_EQ(told.type, EventType::concert_changed);
  EXPECT_EQ(told.concert, kConcert);
  EXPECT_EQ(told.seq, 1);
  EXPECT_EQ(told.occurred_at, now);
  EXPECT_EQ(told.changes, R"({"bookingClosesAt":{"from":null,"to":")" + iso8601(now) + R"("}})");
  EXPECT_EQ(rows.set.events[1].seq, 2);
  EXPECT_EQ(rows.set.concert(kConcert)->version, 2);
}

TEST_F(ConcertCommandsTest, AConcertWhoseDatesAreOverCanStillBeMended) {
  rows.set.now += hours{24 * 60};
  EXPECT_TRUE(
      patch(kConcert, {.title = "Dusk", .artist = {}, .venue = {}, .opens_at = {}, .closes_at = {}, .queue = {}}).has_value());
  const ConcertPatch opening{
      .title = {}, .artist = {}, .venue = {}, .opens_at = std::optional(rows.set.now), .closes_at = {}, .queue = {}};
  EXPECT_EQ(patch(kConcert, opening).error().errors.at(0).field, "bookingOpensAt");
}

TEST_F(ConcertCommandsTest, OnlyAConcertWithoutSalesIsDeleted) {
  const auto remove = [&](ConcertId concert) { return rows.run<DeleteConcert>(concert); };
  EXPECT_EQ(remove({99}).error().code, ErrorCode::concert_not_found);
  rows.set.concerts_with_sales.insert(kConcert);
  EXPECT_EQ(remove(kConcert).error().code, ErrorCode::concert_has_sales);
  rows.set.concerts_with_sales.clear();
  const SeatId seat = rows.set.seats.begin()->first;
  rows.set.seats.at(seat).seat.status = SeatStatus::held;
  const ConcertId taken = rows.set.schedule(rows.set.seats.at(seat).seat.place.schedule)->concert;
  EXPECT_EQ(remove(taken).error().code, ErrorCode::concert_has_sales) << "taken in the same batch";
  rows.set.seats.at(seat).seat.status = SeatStatus::available;
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_TRUE(remove(kConcert).has_value());
  EXPECT_EQ(rows.set.concert(kConcert), nullptr);
  EXPECT_TRUE(rows.set.changed_concerts.back().is_deleted);
  EXPECT_EQ(rows.set.events.back().changes, R"({"deleted":{"from":false,"to":true}})");
  EXPECT_EQ(remove(kConcert).error().code, ErrorCode::concert_not_found);
  EXPECT_EQ(patch(kConcert, {}).error().code, ErrorCode::concert_not_found);
}

TEST_F(ConcertCommandsTest, PatchingIsRefusedInADocumentedOrder) {
  const TimePoint now = rows.set.now;
  rows.set.concerts.at(kConcert).booking.opens_at = now;
  const ConcertPatch backwards{
      .title = "Dawn", .artist = {}, .venue = {}, .opens_at = {}, .closes_at = std::optional(now), .queue = {}};
  EXPECT_EQ(patch({99}, backwards).error().code, ErrorCode::concert_not_found);
  const auto refused = patch(kConcert, backwards);
  EXPECT_EQ(refused.error().code, ErrorCode::validation_failed);
  ASSERT_THAT(refused.error().errors, SizeIs(1));
  EXPECT_EQ(refused.error().errors[0].field, "bookingClosesAt");
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_EQ(rows.set.concert(kConcert)->title, "Night");
}

}  // namespace
}  // namespace frontrow

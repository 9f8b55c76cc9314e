// A large hall is made in slices, and other commands' commits come between them.
#include "app/commands/draft.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/reservation.hpp"
#include "app/commit/commit_queue.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/model_store.hpp"
#include "support/faults/faulty_store.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class DraftTest : public testing::Test {
 protected:
  NewDates concert_of(std::initializer_list<int> halls, std::optional<Idempotent> key = {}) const {
    NewDates dates = more_for({}, halls, key);
    dates.concert = {.title = "Arena", .artist = "", .venue = "", .booking = {}, .queue = {}, .schedules = {}};
    return dates;
  }
  NewDates more_for(ConcertId concert, std::initializer_list<int> halls, std::optional<Idempotent> key = {}) const {
    NewDates dates{.concert = std::nullopt, .added_to = concert, .schedules = {}, .idempotent = key};
    for (const int seats : halls)
      dates.schedules.push_back({.starts_at = clock.now() + std::chrono::days{1},
                                 .sections = {{.name = "Floor", .rows = 10, .seats_per_row = seats / 20, .price = {100}},
                                              {.name = "Balcony", .rows = 0, .seats_per_row = seats / 2, .price = {50}}}});
    return dates;
  }
  std::shared_ptr<std::optional<Result<MadeConcert>>> making(NewDates dates) {
    auto answer = std::make_shared<std::optional<Result<MadeConcert>>>();
    make_dates(commits, std::move(dates), [answer](Result<MadeConcert> made) {
      ASSERT_FALSE(answer->has_value()) << "answered twice";
      *answer = std::move(made);
    });
    return answer;
  }
  Result<MadeConcert> make(NewDates dates) {
    const auto answer = making(std::move(dates));
    while (commits.run_batch()) ++batches;
    return answer->value();
  }
  // As the catalogue shows it: concerts that are not deleted, and their dates' seats.
  std::map<ConcertId, std::vector<std::int64_t>> shown() const {
    std::map<ConcertId, std::vector<std::int64_t>> halls;
    for (const auto& [id, concert] : state.concerts)
      if (!concert.is_deleted) halls[id];
    for (const auto& [id, date] : state.schedules)
      if (const auto at = halls.find(date.concert); at != halls.end()) at->second.push_back(date.seat_count);
    return halls;
  }
  static Idempotent key(int fingerprint = 1) {
    return {.key = {.owner = {}, .operation = Operation::create_concert, .hash = {std::byte{7}}}, .fingerprint = fingerprint};
  }

  ManualClock clock;
  ModelState state;
  ModelStore model{state, clock};
  FaultyStore store{model};
  Metrics metrics;
  int changes = 0;
  CommitQueue commits{store, clock, metrics, {}, [this](const WorkingSet&) { ++changes; }, [] {}};
  int batches = 0;
};

TEST_F(DraftTest, AFewSeatsAreMadeInOneCommit) {
  const auto made = make(concert_of({2'000, 2'000}));
  ASSERT_TRUE(made);
  EXPECT_EQ(batches, 1);
  EXPECT_THAT(shown().at(made->id), ElementsAre(2'000, 2'000));
}

TEST_F(DraftTest, ManyAreMadeInSlicesAndShownAtOnce) {
  const auto answer = making(concert_of({30'000, 10'000}));
  std::int64_t most = 0;
  for (std::size_t before = 0; commits.run_batch(); before = state.seats.size()) {
    most = std::max(most, std::int64_t(state.seats.size() - before));
    if (!*answer) {
      EXPECT_THAT(shown(), IsEmpty());
    }
    ++batches;
  }
  EXPECT_LE(most, kSeatsACommit);
  EXPECT_EQ(batches, 1 + 10 + 1) << "one begins, one finishes";
  const MadeConcert& made = answer->value().value();
  EXPECT_THAT(shown().at(made.id), ElementsAre(30'000, 10'000));
  EXPECT_TRUE(state.drafts.empty());
}

TEST_F(DraftTest, TheSeatsAreThoseOfOneCommit) {
  const auto sliced = make(concert_of({10'000, 6'000}));
  ASSERT_TRUE(sliced);
  const std::map<SeatId, Seat> seats = std::exchange(state.seats, {});
  const std::map<SectionId, Section> sections = std::exchange(state.sections, {});
  state.next_ids.fill(1);
  state.concerts.clear();
  state.schedules.clear();
  NewDates dates = concert_of({10'000, 6'000});
  dates.concert->schedules = dates.schedules;
  std::optional<Result<MadeConcert>> whole;
  commits.submit(std::make_unique<CreateConcert>(
                     *dates.concert, std::nullopt, [&](Result<MadeConcert> made) { whole.emplace(std::move(made)); }),
                 CommandClass::settle);
  commits.run_batch();
  ASSERT_TRUE(whole->has_value());
  ASSERT_EQ(seats.size(), state.seats.size());
  for (const auto& [id, seat] : seats) {
    const Seat& other = state.seats.at(id);
    ASSERT_EQ(std::tie(seat.place.schedule, seat.place.section, seat.place.row, seat.place.number, seat.price),
              std::tie(other.place.schedule, other.place.section, other.place.row, other.place.number, other.price));
  }
  ASSERT_EQ(sections.size(), state.sections.size());
  for (const auto& [id, section] : sections) EXPECT_EQ(section.name, state.sections.at(id).name);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(sliced->schedules[i].schedule.id, (*whole)->schedules[i].schedule.id);
    EXPECT_EQ(sliced->schedules[i].schedule.concert, (*whole)->id);
    EXPECT_EQ(sliced->schedules[i].first_seat, (*whole)->schedules[i].first_seat);
    EXPECT_EQ(sliced->schedules[i].seats, (*whole)->schedules[i].seats);
  }
}

TEST_F(DraftTest, AHoldIsAnsweredBetweenTwoSlices) {
  const auto small = make(concert_of({20}));
  const auto answer = making(concert_of({40'000}));
  commits.run_batch();
  commits.run_batch();
  std::optional<Result<HoldOutcome>> held;
  commits.submit(std::make_unique<HoldSeats>(HoldRequest{.user = {1},
                                                         .concert = small->id,
                                                         .schedule = small->first_schedule,
                                                         .seats = {small->schedules[0].first_seat},
                                                         .ticket = {},
                                                         .entry_refusal = {},
                                                         .idempotent = {}},
                                             HoldLimits{},
                                             metrics,
                                             [&](Result<HoldOutcome> made) { held.emplace(std::move(made)); }),
                 CommandClass::hold);
  commits.run_batch();
  ASSERT_TRUE(held.has_value()) << "in the very next batch";
  EXPECT_TRUE(held->has_value());
  EXPECT_FALSE(answer->has_value());
  EXPECT_LE(state.seats.size(), std::size_t{20 + 3 * kSeatsACommit});
  while (commits.run_batch()) continue;
  EXPECT_TRUE(answer->value().has_value());
}

TEST_F(DraftTest, MoreDatesAppearTogether) {
  const auto made = make(concert_of({20}));
  const auto answer = making(more_for(made->id, {6'000, 6'000}));
  while (commits.run_batch()) {
    if (!*answer) {
      EXPECT_THAT(shown().at(made->id), ElementsAre(20));
    }
  }
  EXPECT_EQ(answer->value().value().id, made->id);
  EXPECT_THAT(shown(), SizeIs(1));
  EXPECT_THAT(shown().at(made->id), ElementsAre(20, 6'000, 6'000));
}

TEST_F(DraftTest, ARepeatGetsTheFirstAnswer) {
  const auto first = make(concert_of({10'000}, key()));
  batches = 0;
  const auto again = make(concert_of({10'000}, key()));
  EXPECT_EQ(batches, 1) << "without making anything";
  EXPECT_TRUE(again->is_replay);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->first_schedule, first->first_schedule);
  EXPECT_EQ(make(concert_of({10'000}, key(2))).error().code, ErrorCode::idempotency_key_reused);
}

// The client has given up waiting and asks again.
TEST_F(DraftTest, TwoRequestsOfOneKeyMakeOneHall) {
  const auto one = making(concert_of({10'000}, key()));
  commits.run_batch();
  const auto other = making(concert_of({10'000}, key()));
  while (commits.run_batch()) continue;
  ASSERT_TRUE(one->value() && other->value());
  EXPECT_EQ(one->value()->id, other->value()->id);
  EXPECT_EQ(one->value()->first_schedule, other->value()->first_schedule);
  EXPECT_NE(one->value()->is_replay, other->value()->is_replay);
  EXPECT_THAT(shown(), SizeIs(1));
  EXPECT_THAT(state.drafts, SizeIs(1)) << "the other is left to be deleted";
}

TEST_F(DraftTest, WhatStopsOnTheWayIsNeverShownAndIsDeleted) {
  for (const StoreFault fault : {StoreFault::refused, StoreFault::rolled_back, StoreFault::lost_batch, StoreFault::lost_reply}) {
    const auto answer = making(concert_of({10'000}, key()));
    commits.run_batch();
    commits.run_batch();
    store.fail_next(fault);
    while (commits.run_batch()) continue;
    EXPECT_EQ(answer->value().error().code, ErrorCode::store_unavailable) << "certainly nothing was made";
    EXPECT_THAT(shown(), IsEmpty());
    ASSERT_THAT(state.drafts, SizeIs(1));
    clock.advance(Duration{1});
    while (store.forget({.keys = {}, .events = {}, .tickets = {}, .drafts = clock.now(), .batches = {}}, 1'000).has_more) continue;
    EXPECT_TRUE(state.drafts.empty() && state.concerts.empty() && state.schedules.empty() && state.seats.empty());
  }
  EXPECT_TRUE(make(concert_of({10'000}, key()))) << "the key was not used";
}

// Slower than rows that were given up are kept.
TEST_F(DraftTest, WhatIsBeingDeletedIsNotGoneOnWith) {
  const auto answer = making(concert_of({10'000}));
  commits.run_batch();
  commits.run_batch();
  clock.advance(Duration{1});
  store.forget({.keys = {}, .events = {}, .tickets = {}, .drafts = clock.now(), .batches = {}}, 10);
  while (commits.run_batch()) continue;
  EXPECT_EQ(answer->value().error().code, ErrorCode::store_unavailable);
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(DraftTest, IsRefusedBeforeASeatIsMade) {
  NewDates past = concert_of({10'000});
  past.schedules[0].starts_at = clock.now();
  EXPECT_EQ(make(std::move(past)).error().code, ErrorCode::validation_failed);
  EXPECT_EQ(make(more_for({77}, {10'000})).error().code, ErrorCode::concert_not_found);
  EXPECT_TRUE(state.drafts.empty() && state.seats.empty());
}

TEST_F(DraftTest, IsDecidedAgainWhenItIsFinished) {
  const auto made = make(concert_of({20}));
  const auto answer = making(more_for(made->id, {10'000}));
  commits.run_batch();
  state.concerts.at(made->id).is_deleted = true;  // another operator
  while (commits.run_batch()) continue;
  EXPECT_EQ(answer->value().error().code, ErrorCode::concert_not_found);
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(DraftTest, AServerThatStopsRefusesTheRest) {
  const auto answer = making(concert_of({10'000}));
  commits.run_batch();
  std::stop_source stop;
  stop.request_stop();
  commits.run(stop.get_token());
  EXPECT_EQ(answer->value().error().code, ErrorCode::overloaded);
  EXPECT_THAT(shown(), IsEmpty());
}

}  // namespace
}  // namespace frontrow

// A hall in the making, in every store: its rows grow commit by commit and nothing of it is shown; then all of it is, or it is
// deleted a little at a time.
#include <gmock/gmock.h>

#include "contract/store_contract.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Begun {
  ConcertId concert;
  std::vector<Schedule> dates;  // with their first seats
  std::vector<SectionId> sections;
};

CommandPtr move(LambdaCommand::Declare declare, LambdaCommand::Decide decide) {
  return std::make_unique<LambdaCommand>(std::move(declare), std::move(decide));
}

// Dates of ten seats each.
constexpr int kSeats = 10;

CommandPtr begin(int dates, const std::shared_ptr<Begun>& out) {
  return move(
      [=](Keys& keys) { keys.new_ids = {1, dates, dates, dates * kSeats, 0, 0, 0}; },
      [=](WorkingSet& set) {
        *out = {.concert = {set.take_id(IdKind::concert)}, .dates = {}, .sections = {}};
        set.new_concerts.push_back({.id = out->concert, .title = "Arena", .artist = "", .venue = "", .booking = {}, .queue = {}});
        set.new_concerts.back().is_deleted = true;
        set.new_drafts.push_back({.concert = out->concert, .begun_at = set.now});
        for (int i = 0; i < dates; ++i) {
          Schedule date{
              .id = {set.take_id(IdKind::schedule)}, .concert = out->concert, .starts_at = set.now + std::chrono::days{1}};
          for (int seat = 0; seat < kSeats; ++seat)
            if (const SeatId id{set.take_id(IdKind::seat)}; seat == 0) date.first_seat = id;
          out->dates.push_back(date);
          out->sections.push_back({set.take_id(IdKind::section)});
          set.new_schedules.push_back(date);
        }
        return Verdict::decided;
      });
}

// Seats `from` to `to` of a date, numbered from 0. The first comes with its section.
CommandPtr grow(const Begun& begun, std::size_t date, int from, int to) {
  return move(
      [=](Keys& keys) {
        keys.changed_concerts.push_back(begun.concert);
        keys.drafts.push_back(begun.concert);
      },
      [=](WorkingSet& set) {
        const Schedule& of = begun.dates[date];
        const SectionId section = begun.sections[date];
        if (from == 0) set.new_sections.push_back({.id = section, .schedule = of.id, .name = "Floor"});
        for (int i = from; i < to; ++i)
          set.new_seats.push_back(
              {.place = {.id = {of.first_seat.value + i}, .schedule = of.id, .section = section, .row = 1, .number = i + 1},
               .price = {100}});
        return Verdict::decided;
      });
}

CommandPtr finish(const Begun& begun, ConcertId concert) {
  return move(
      [=](Keys& keys) {
        keys.changed_concerts = {begun.concert, concert};
        keys.drafts.push_back(begun.concert);
      },
      [=](WorkingSet& set) {
        std::vector<Schedule> dates = set.dates_of(begun.concert);
        std::ranges::sort(dates, {}, &Schedule::id);
        if (concert == begun.concert)
          set.add_concert({.id = concert, .title = "Arena", .artist = "", .venue = "", .booking = {}, .queue = {}}, "{}");
        else
          set.add_dates(concert, dates.front().id, "{}");
        set.finish_draft(begun.concert, concert, dates);
        return Verdict::decided;
      });
}

class DraftContract : public StoreContract {
 protected:
  Begun begun(int dates) {
    const auto out = std::make_shared<Begun>();
    execute(store(), begin(dates, out));
    return *out;
  }
  void fill(const Begun& draft) {
    for (std::size_t date = 0; date < draft.dates.size(); ++date)
      for (int from = 0; from < kSeats; from += 4) execute(store(), grow(draft, date, from, std::min(from + 4, kSeats)));
  }
  const Draft* draft(const Begun& of) {
    set_ = read([=](Keys& keys) {
      keys.changed_concerts.push_back(of.concert);
      keys.drafts.push_back(of.concert);
    });
    return set_.draft(of.concert);
  }
  // Deletes what was begun by now, a few rows at a time.
  std::vector<int> forget_all() {
    std::vector<int> steps;
    for (int i = 0; i < 100; ++i) {
      const Forgotten gone = store().forget(begun_before(clock().now() + Duration{1}), 4);
      EXPECT_EQ(gone.has_more, gone.drafts > 0);
      for (const std::string& rule : fixture_->broken_rules()) ADD_FAILURE() << rule << " after " << i << " steps";
      if (gone.drafts == 0) break;
      steps.push_back(gone.drafts);
    }
    return steps;
  }
  static KeptSince begun_before(TimePoint time) { return {.keys = {}, .events = {}, .tickets = {}, .drafts = time, .batches = {}}; }

 private:
  WorkingSet set_;
};

TEST_P(DraftContract, IsNotShownBeforeItIsFinished) {
  const Begun hall = begun(2);
  execute(store(), grow(hall, 0, 0, 7));
  reopen();
  EXPECT_TRUE(load(store()).concerts[0].is_deleted);
  EXPECT_EQ(read([=](Keys& keys) { keys.concerts.push_back(hall.concert); }).concert(hall.concert), nullptr);
  ASSERT_NE(draft(hall), nullptr);
  EXPECT_FALSE(draft(hall)->is_going);
  EXPECT_EQ(draft(hall)->begun_at, clock().now());
  EXPECT_EQ(load(store()).schedules[0].seat_count, 7) << "as many as it has";
}

TEST_P(DraftContract, IsAConcertLikeAnyOtherOnceItIsFinished) {
  const Begun hall = begun(2);
  fill(hall);
  execute(store(), finish(hall, hall.concert));
  reopen();
  const Loaded all = load(store());
  ASSERT_THAT(all.concerts, SizeIs(1));
  EXPECT_FALSE(all.concerts[0].is_deleted);
  ASSERT_THAT(all.schedules, SizeIs(2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(all.schedules[i].first_seat, hall.dates[i].first_seat);
    EXPECT_EQ(all.schedules[i].seat_count, kSeats);
    EXPECT_EQ(all.schedules[i].available_seats, kSeats);
  }
  EXPECT_THAT(all.sections, SizeIs(2));
  EXPECT_THAT(all.seats, SizeIs(2 * kSeats));
  EXPECT_EQ(draft(hall), nullptr);
  made_hold(kAnn, {{hall.dates[1].first_seat.value + 3}}, {.user = {}, .seats = {}, .concert = hall.concert});
  EXPECT_EQ(load(store()).schedules[1].available_seats, kSeats - 1);
}

TEST_P(DraftContract, ItsDatesMoveToAnotherConcertAndItsOwnGoes) {
  const MadeConcert made = made_concert();
  const Begun hall = begun(2);
  fill(hall);
  execute(store(), finish(hall, made.concert));
  reopen();
  const Loaded all = load(store());
  ASSERT_THAT(all.concerts, SizeIs(1));
  EXPECT_EQ(all.concerts[0].id, made.concert);
  ASSERT_THAT(all.schedules, SizeIs(3));
  for (const Schedule& date : all.schedules) EXPECT_EQ(date.concert, made.concert);
  EXPECT_EQ(reader()->sales(made.concert).seats, 10 + 2 * kSeats);
  EXPECT_EQ(draft(hall), nullptr);
}

TEST_P(DraftContract, TheNextSeatsFollowTheLastOnes) {
  const Begun hall = begun(1);
  execute(store(), grow(hall, 0, 0, 4));
  expect_broken(grow(hall, 0, 5, 8));
}

TEST_P(DraftContract, IsDeletedALittleAtATimeOnceItIsOld) {
  made_concert();
  const std::string before = picture();
  const Begun hall = begun(2);
  execute(store(), grow(hall, 0, 0, 10));
  execute(store(), grow(hall, 1, 0, 6));
  EXPECT_EQ(store().forget(begun_before(clock().now()), 4).drafts, 0) << "at its time it is not older";
  EXPECT_EQ(store().forget(begun_before(clock().now() + Duration{1}), 4).drafts, 4);
  ASSERT_NE(draft(hall), nullptr);
  EXPECT_TRUE(draft(hall)->is_going) << "and is not gone on with";
  EXPECT_THAT(forget_all(), ElementsAre(2, 1, 4, 4, 2, 1, 1));
  EXPECT_EQ(draft(hall), nullptr);
  reopen();
  EXPECT_EQ(picture(), before);
}

TEST_P(DraftContract, OneThatIsFinishedIsNotDeleted) {
  const Begun hall = begun(1);
  fill(hall);
  execute(store(), finish(hall, hall.concert));
  EXPECT_THAT(forget_all(), SizeIs(0));
  EXPECT_THAT(load(store()).seats, SizeIs(kSeats));
}

INSTANTIATE_TEST_SUITE_P(Stores, DraftContract, testing::ValuesIn(store_adapters()), name_of_store);

}  // namespace
}  // namespace frontrow

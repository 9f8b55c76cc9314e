// The changes of an operator, in every store: whole concerts with their dates, names of sections, the end of a concert,
// and the event of each change.
#include <gmock/gmock.h>

#include "contract/store_contract.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;

std::vector<CommandPtr> batch_of(CommandPtr first, CommandPtr second) {
  std::vector<CommandPtr> batch;
  batch.push_back(std::move(first));
  batch.push_back(std::move(second));
  return batch;
}

CommandPtr decide(LambdaCommand::Decide decision, LambdaCommand::Declare declare) {
  return std::make_unique<LambdaCommand>(std::move(declare), std::move(decision));
}

// Changes the concert as an operator's commands do.
CommandPtr change(const Concert& to, std::string changes) {
  return decide(
      [=](WorkingSet& set) {
        set.add_change(to, changes);
        return Verdict::decided;
      },
      [id = to.id](Keys& keys) { keys.changed_concerts.push_back(id); });
}

TEST_P(StoreContract, KeepsWhereAConcertIsAndWhenItsSaleEnds) {
  const MadeConcert made = made_concert();
  Concert changed = load(store()).concerts[0];
  EXPECT_EQ(changed.version, 0);
  changed.time_zone = "America/New_York";
  changed.sales_end_offset = std::chrono::minutes{-30};
  execute(store(), change(changed, R"({"timeZone":{"from":null,"to":"America/New_York"}})"));
  reopen();
  const Concert loaded = load(store()).concerts[0];
  EXPECT_EQ(loaded.time_zone, "America/New_York");
  EXPECT_EQ(loaded.sales_end_offset, std::chrono::minutes{-30});
  EXPECT_EQ(loaded.version, 1);
  EXPECT_FALSE(loaded.is_deleted);
}

TEST_P(StoreContract, TellsEachChangeOfAConcertOnceAndInOrder) {
  const MadeConcert made = made_concert();
  const Concert concert = load(store()).concerts[0];
  const std::string text = R"({"title":{"from":"한\"","to":null}})";
  execute(store(),
          batch_of(change(concert, text),
                   decide(
                       [=](WorkingSet& set) {
                         set.add_change(made.concert, made.schedules[0], "{}");
                         return Verdict::decided;
                       },
                       [=](Keys& keys) { keys.changed_concerts.push_back(made.concert); })));
  const auto events = reader()->events_after({}, 10);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].event.type, EventType::concert_changed);
  EXPECT_EQ(events[0].event.concert, made.concert);
  EXPECT_EQ(events[0].event.seq, 1);
  EXPECT_EQ(events[0].event.changes, text);
  EXPECT_EQ(events[0].event.occurred_at, clock().now());
  EXPECT_FALSE(events[0].event.schedule);
  EXPECT_EQ(events[1].event.type, EventType::schedule_changed);
  EXPECT_EQ(events[1].event.schedule, made.schedules[0]);
  EXPECT_EQ(events[1].event.seq, 2);
  EXPECT_EQ(load(store()).concerts[0].version, 2);
}

TEST_P(StoreContract, LoadsAllDatesOfAConcertThatIsChanged) {
  const MadeConcert made = made_concert({.seats_of_schedules = {2, 3}});
  made_concert();
  const WorkingSet set = read([=](Keys& keys) { keys.changed_concerts.push_back(made.concert); });
  std::vector<ScheduleId> dates;
  for (const Schedule& date : set.dates_of(made.concert)) dates.push_back(date.id);
  std::ranges::sort(dates);
  EXPECT_EQ(dates, made.schedules);
  EXPECT_NE(set.concert(made.concert), nullptr);
}

TEST_P(StoreContract, ASectionKeepsItsNewName) {
  const MadeConcert made = made_concert({.seats_of_schedules = {2, 2}});
  const auto rename = [&](std::size_t date, std::string name) {
    return decide(
        [=](WorkingSet& set) {
          const ScheduleId id = made.schedules[date];
          const std::vector<Section>& sections = set.sections.at(id);
          set.rename_section(sections.at(0).id, id, name);
          return Verdict::decided;
        },
        [=](Keys& keys) {
          keys.changed_concerts.push_back(made.concert);
          keys.schedules.push_back(made.schedules[date]);
          keys.sections_of.push_back(made.schedules[date]);
        });
  };
  const Executed one = execute(store(), rename(1, "상층"));
  EXPECT_THAT(one.set.versions, ElementsAre(std::pair{made.schedules[1], 1}));
  made_hold(kAnn, {made.seats[1][0]});
  execute(store(), batch_of(rename(1, "Upper"), rename(0, "Lower")));
  reopen();
  const Loaded loaded = load(store());
  EXPECT_EQ(loaded.sections[0].name, "Lower");
  EXPECT_EQ(loaded.sections[1].name, "Upper");
  EXPECT_EQ(loaded.schedules[0].sections_version, 1);
  EXPECT_EQ(loaded.schedules[1].version, 3);
  EXPECT_EQ(loaded.schedules[1].sections_version, 3) << "the version that shows it";
}

TEST_P(StoreContract, KnowsWhetherAConcertHasSales) {
  const MadeConcert made = made_concert({.seats_of_schedules = {2, 3}});
  const MadeConcert other = made_concert();
  const auto has_sales = [&](ConcertId concert) {
    return read([=](Keys& keys) {
             keys.changed_concerts.push_back(concert);
             keys.sales_of.push_back(concert);
           })
        .has_sales(concert);
  };
  EXPECT_FALSE(has_sales(made.concert));
  const ReservationId held = made_hold(kAnn, {made.seats[1][2]});
  EXPECT_TRUE(has_sales(made.concert));
  EXPECT_FALSE(has_sales(other.concert));
  execute(store(), end(held, ReservationStatus::cancelled));
  EXPECT_FALSE(has_sales(made.concert));
  made_sale(kAnn, {made.seats[0][0]});
  EXPECT_TRUE(has_sales(made.concert));
}

TEST_P(StoreContract, ADeletedConcertIsNoneAndItsRowsStay) {
  const MadeConcert made = made_concert();
  const ReservationId ended = made_hold(kAnn, {made.seats[0][0]});
  execute(store(), end(ended, ReservationStatus::cancelled));
  Concert deleted = load(store()).concerts[0];
  deleted.is_deleted = true;
  execute(store(), change(deleted, "{}"));
  reopen();
  EXPECT_TRUE(load(store()).concerts[0].is_deleted);
  EXPECT_EQ(read([=](Keys& keys) { keys.concerts.push_back(made.concert); }).concert(made.concert), nullptr);
  EXPECT_EQ(reader()->reservation(ended)->status, ReservationStatus::cancelled);
}

}  // namespace
}  // namespace frontrow

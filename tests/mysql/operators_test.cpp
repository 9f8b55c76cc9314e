// Operators at several pods at the same time: each one's change stays, and a limit holds for all of them together.
#include <gmock/gmock.h>

#include <latch>
#include <thread>

#include "mysql_test.hpp"
#include "support/fakes/lambda_command.hpp"
#include "support/rounds.hpp"

namespace frontrow::mysql {
namespace {

class Operators : public MysqlTest {
 protected:
  // A batch of one command, as a pod's writer runs it: again while other batches have its rows.
  static void commit(Store& store, LambdaCommand command) {
    Command* const batch[] = {&command};
    EXPECT_TRUE(test::eventually([&] {
      std::vector<Command*> again;
      WorkingSet set;
      try {
        store.execute(batch, set, again);
        return again.empty();
      } catch (const Contended&) {
        return false;
      }
    }));
  }
  LambdaCommand change(std::function<void(Concert&)> edit) const {
    return {[this](Keys& keys) { keys.changed_concerts.push_back(made_.concert); },
            [this, edit = std::move(edit)](WorkingSet& set) {
              Concert next = *set.concert(made_.concert);
              edit(next);
              set.add_change(next, "{}");
              return Verdict::decided;
            }};
  }
  LambdaCommand add_dates(int count) const {
    const auto declare = [this, count](Keys& keys) {
      keys.changed_concerts.push_back(made_.concert);
      for (const IdKind kind : {IdKind::schedule, IdKind::section, IdKind::seat})
        keys.new_ids[static_cast<std::size_t>(kind)] += count;
    };
    const auto decide = [this, count](WorkingSet& set) {
      if (static_cast<int>(set.dates_of(made_.concert).size()) + count > kMaxSchedulesPerConcert) return Verdict::decided;
      for (int i = 0; i < count; ++i) {
        const ScheduleId date{set.take_id(IdKind::schedule)};
        const SectionId section{set.take_id(IdKind::section)};
        set.new_schedules.push_back({.id = date, .concert = made_.concert, .starts_at = set.now});
        set.new_sections.push_back({.id = section, .schedule = date, .name = ""});
        set.new_seats.push_back(
            {.place = {.id = {set.take_id(IdKind::seat)}, .schedule = date, .section = section, .number = 1}, .price = {10}});
      }
      return Verdict::decided;
    };
    return {declare, decide};
  }
  void at_the_same_time(std::vector<LambdaCommand> commands) {
    std::latch start{std::ssize(commands)};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < commands.size(); ++i)
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        commit(*pods_[i], std::move(commands[i]));
      });
  }

  const std::unique_ptr<Store> pods_[4] = {open(), open(), open(), open()};
  const MadeConcert made_ = made_concert(*pods_[0], {.seats_of_schedules = {1}});
};

TEST_F(Operators, KeepEachOthersChangesOfOneConcert) {
  const int rounds = test::rounds(40, 300);
  for (int i = 1; i <= rounds; ++i) {
    std::vector<LambdaCommand> commands;
    commands.push_back(change([=](Concert& concert) { concert.booking.closes_at = TimePoint{Duration{i}}; }));
    commands.push_back(change([=](Concert& concert) { concert.queue.max_active = 1'000 + i; }));
    commands.push_back(change([=](Concert& concert) { concert.title = "Night " + std::to_string(i); }));
    commands.push_back(change([=](Concert& concert) { concert.venue = "Hall " + std::to_string(i); }));
    at_the_same_time(std::move(commands));
    const std::string row = run("SELECT concat_ws(' ', booking_closes_at, queue_max_active, title, venue, version) FROM concerts");
    const std::string n = std::to_string(i);
    ASSERT_EQ(row, n + " " + std::to_string(1'000 + i) + " Night " + n + " Hall " + n + " " + std::to_string(4 * i));
  }
}

// Each half is valid for the stored rows, and both together are not.
TEST_F(Operators, NeverLeaveAConcertThatClosesBeforeItOpens) {
  const int rounds = test::rounds(20, 200);
  const auto edit_if_sound = [](Concert& concert, std::optional<TimePoint> BookingWindow::* bound, TimePoint at) {
    BookingWindow next = concert.booking;
    next.*bound = at;
    std::vector<FieldError> errors;
    check_booking(next, errors);
    if (errors.empty()) concert.booking = next;
  };
  for (int i = 1; i <= rounds; ++i) {
    run("UPDATE concerts SET booking_opens_at = NULL, booking_closes_at = NULL");
    std::vector<LambdaCommand> commands;
    commands.push_back(
        change([&](Concert& concert) { edit_if_sound(concert, &BookingWindow::opens_at, TimePoint{Duration{20}}); }));
    commands.push_back(
        change([&](Concert& concert) { edit_if_sound(concert, &BookingWindow::closes_at, TimePoint{Duration{10}}); }));
    at_the_same_time(std::move(commands));
    ASSERT_EQ(run("SELECT (booking_opens_at IS NULL) + (booking_closes_at IS NULL) FROM concerts"), "1");
  }
}

TEST_F(Operators, NeverAddMoreDatesTogetherThanOneOfThemMay) {
  std::vector<LambdaCommand> commands;
  for (int i = 0; i < 4; ++i) commands.push_back(add_dates(60));
  at_the_same_time(std::move(commands));
  EXPECT_EQ(run("SELECT count(*) FROM schedules"), "61") << "one made in the fixture, and one of four requests";
}

}  // namespace
}  // namespace frontrow::mysql

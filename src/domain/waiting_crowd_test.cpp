// Crowds of thousands against the rule, in many shapes of sale. A person who polls at the given interval is never
// overtaken and never late, the hall stays used, and the shown estimates come true.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

#include "base/random.hpp"
#include "domain/waiting_room.hpp"
#include "support/fakes/plain_room.hpp"

namespace frontrow {
namespace {

using Seconds = std::chrono::duration<double>;

struct Shape {
  const char* name;
  int people = 3'000;
  int max_active = 250;
  int rate = 100;
  double stay = 120;     // seconds inside, on average
  double scatter = 0.4;  // log-normal scatter of the stays
  double no_show = 0;    // share of people who leave after their first poll without a word
  double late = 0;       // share of people who are away when called and come back minutes later
  double arrive = 5;     // seconds within which all join
};

struct Person {
  bool is_absent = false, is_late = false;
  bool was_in_time = true;  // every poll so far at the given interval
  TimePoint admitted = {};
  struct Shown {
    TimePoint at;
    std::optional<WaitRange> wait;
  };
  std::vector<Shown> shown = {};
};

struct Report {
  std::int64_t polls = 0, untold = 0, told = 0, true_range = 0, narrow = 0;
  std::int64_t overtaken = 0;      // people who found no place although a higher number had come in
  std::int64_t put_before = 0;     // late people who came back and found no place: they are next, before higher numbers
  std::int64_t late_as_told = 0;   // people who polled at the given interval and were late nevertheless
  double used = 0, could_use = 0;  // place-seconds
  std::int64_t came_in = 0, wanted_in = 0;
};

class Crowd {
 public:
  explicit Crowd(const Shape& shape)
      : shape_(shape), room_({.max_active = shape.max_active, .admissions_per_second = shape.rate}) {}

  Report play(Duration length) {
    const TimePoint start = room_.now;
    std::vector<Duration> arrivals;
    for (int i = 0; i < shape_.people; ++i) arrivals.push_back(spread(shape_.arrive));
    std::ranges::sort(arrivals);
    std::size_t next = 0;
    for (int step = 0; room_.now < start + length; ++step) {
      room_.now += Duration{200};
      for (; !leaving_.empty() && leaving_.top().first <= room_.now; leaving_.pop()) room_.leave(leaving_.top().second);
      for (; next < arrivals.size() && start + arrivals[next] <= room_.now; ++next) join();
      room_.tick();
      for (; !polls_.empty() && polls_.top().first <= room_.now;) {
        const std::int64_t number = polls_.top().second;
        polls_.pop();
        poll(number);
      }
      if (step % 5 == 0) measure(start);
    }
    compare();
    return report_;
  }

 private:
  using Due = std::pair<TimePoint, std::int64_t>;
  using Dues = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

  Duration spread(double seconds) { return Duration{static_cast<std::int64_t>(random_.unit() * seconds * 1'000)}; }

  double normal() { return std::sqrt(-2 * std::log(1 - random_.unit())) * std::cos(6.283185307 * random_.unit()); }

  void join() {
    const std::int64_t number = room_.join();
    Person& person = people_.emplace_back();
    const double dice = random_.unit();
    person.is_absent = dice < shape_.no_show;
    person.is_late = !person.is_absent && dice < shape_.no_show + shape_.late;
    if (room_.is_inside(number)) {
      person.is_absent = person.is_late = false;
      return enter(number);
    }
    if (!person.is_absent) ++waiting_;
    polls_.emplace(room_.now, number);
  }

  void enter(std::int64_t number) {
    Person& person = people_[static_cast<std::size_t>(number) - 1];
    person.admitted = room_.now;
    if (person.was_in_time && !person.is_late) highest_in_ = std::max(highest_in_, number);
    const double stay = shape_.stay * std::exp(shape_.scatter * normal() - shape_.scatter * shape_.scatter / 2);
    leaving_.emplace(room_.now + std::chrono::duration_cast<Duration>(Seconds{std::min(stay, 600.0)}), number);
  }

  void poll(std::int64_t number) {
    Person& person = people_[static_cast<std::size_t>(number) - 1];
    if (room_.is_called(number)) return poll_called(person, number);
    const std::int64_t position = number - room_.row.front;  // no number leaves while this person waits
    const std::int64_t expected = room_.expected_below(room_.row, kAllNumbers, room_.now, shape_.max_active);
    person.shown.push_back(
        {room_.now,
         estimate_wait(room_.room.settings, room_.row.flow, position, shape_.max_active - room_.row.active - expected, {})});
    ++report_.polls;
    if (!person.shown.back().wait) ++report_.untold;
    if (person.is_absent && person.shown.size() > 1) return;
    const bool has_seats = room_.row.has_free_seats;
    Duration again = poll_interval(room_.room, position - 1, has_seats, random_.unit());
    if (person.is_late && person.shown.size() == 2) again += spread(300), person.was_in_time = false;
    polls_.emplace(room_.now + again, number);
  }

  void poll_called(Person& person, std::int64_t number) {
    if (person.is_absent) return;
    if (person.was_in_time && number <= room_.row.late && room_.at(number).back_by < room_.now) ++report_.late_as_told;
    if (room_.poll(number)) {
      --waiting_;
      return enter(number);
    }
    report_.put_before += !person.was_in_time;
    if (person.was_in_time && room_.row.has_free_seats && highest_in_ > number) ++report_.overtaken;
    polls_.emplace(room_.now + kRetryWhenCalled + spread(0.3), number);
  }

  // The figures count from the moment at which the rate alone could have filled the hall.
  void measure(TimePoint start) {
    if (waiting_ == 0 ||
        Seconds{room_.now - start}.count() < shape_.max_active / static_cast<double>(shape_.rate) + shape_.arrive + 3)
      return;
    report_.used += static_cast<double>(room_.inside_now());
    report_.could_use += static_cast<double>(std::min<std::int64_t>(shape_.max_active, room_.inside_now() + waiting_));
  }

  void compare() {
    for (const Person& person : people_) {
      report_.wanted_in += !person.is_absent;
      if (person.admitted == TimePoint{}) continue;
      ++report_.came_in;
      for (const auto& [at, wait] : person.shown) {
        if (!wait) continue;
        const Duration truth = person.admitted - at;
        ++report_.told;
        report_.true_range += wait->from - Duration{1'000} <= truth && truth <= wait->to + Duration{1'000};
        report_.narrow += wait->to <= std::max(3 * wait->from, Duration{10'000});
      }
    }
  }

  const Shape shape_;
  test::PlainRoom room_;
  SeededRandom random_{7};
  std::vector<Person> people_;  // by number, from 1
  Dues polls_, leaving_;
  std::int64_t waiting_ = 0;     // waiting, and going to come
  std::int64_t highest_in_ = 0;  // highest number inside that came on time
  Report report_;
};

class WaitingCrowd : public testing::TestWithParam<Shape> {};

TEST_P(WaitingCrowd, IsLetInInOrderAndFillsTheHall) {
  const Shape& shape = GetParam();
  const Report report = Crowd(shape).play(std::chrono::minutes{90});
  EXPECT_LE(report.overtaken, report.put_before);
  EXPECT_EQ(report.late_as_told, 0);
  EXPECT_EQ(report.came_in, report.wanted_in) << "everybody comes in in the end";
  const double used = report.used / report.could_use;
  if (shape.stay >= 120) {
    EXPECT_GE(used, shape.no_show <= 0.3 ? 0.98 : 0.97);
  } else if (shape.no_show <= 0.3) {
    EXPECT_GE(used, 0.92);
  }
}

const Shape kShapes[] = {
    {.name = "BriefStays", .stay = 20},
    {.name = "BriefStaysAndNoShows", .stay = 20, .no_show = 0.3},
    {.name = "AMinute", .stay = 60, .no_show = 0.3},
    {.name = "TwoMinutes", .stay = 120},
    {.name = "TwoMinutesAndNoShows", .stay = 120, .no_show = 0.3},
    {.name = "TwoMinutesAndMostDoNotCome", .people = 8'000, .stay = 120, .no_show = 0.8},
    {.name = "FiveMinutes", .people = 1'500, .stay = 300, .no_show = 0.3},
    {.name = "ScatteredStays", .stay = 120, .scatter = 1, .no_show = 0.2},
    {.name = "LateReturners", .stay = 120, .no_show = 0.2, .late = 0.1},
    {.name = "Trickle", .people = 4'000, .max_active = 150, .stay = 120, .no_show = 0.2, .arrive = 1'800},
};

INSTANTIATE_TEST_SUITE_P(Shapes, WaitingCrowd, testing::ValuesIn(kShapes), [](const auto& shape) { return shape.param.name; });

TEST(WaitEstimate, ComesTrueForMostOfThePeopleItIsShownTo) {
  Report all;
  for (const Shape& shape : kShapes) {
    const Report report = Crowd(shape).play(std::chrono::minutes{90});
    all.polls += report.polls, all.untold += report.untold, all.told += report.told;
    all.true_range += report.true_range, all.narrow += report.narrow;
  }
  const auto share = [](std::int64_t part, std::int64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); };
  EXPECT_GE(share(all.true_range, all.told), 0.8) << "the truth is within the range";
  EXPECT_GE(share(all.narrow, all.told), 0.8) << "the range says something";
  EXPECT_LE(share(all.untold, all.polls), 0.15);
}

}  // namespace
}  // namespace frontrow

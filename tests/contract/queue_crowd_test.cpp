// Random crowds. The same crowd plays at an embedded hall and at a cluster's: people who poll at the given interval cannot tell the
// two apart. Other people are rude: they vanish, come late and knock. In every crowd no position grows, the cap and the rate hold,
// and a user has one place.
#include <gmock/gmock.h>

#include <list>

#include "base/random.hpp"
#include "contract/queue_hall.hpp"

namespace frontrow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using enum TicketStatus;

struct Person {
  Ticket ticket;
  TimePoint next_poll;
  TicketStatus status = TicketStatus::waiting;
};

QueueSettings drawn(Random& dice) {
  return {.max_active = 1 + static_cast<int>(dice.below(8)), .admissions_per_second = 1 + static_cast<int>(dice.below(29))};
}

class TwinHalls {
 public:
  explicit TwinHalls(std::uint64_t seed) : dice_(seed), one_(embedded_hall()), many_(cluster_hall(1)) {
    const QueueSettings settings = drawn(dice_);
    one_->open(settings);
    many_->open(settings);
  }

  void run(int steps) {
    for (; steps > 0 && !testing::Test::HasFailure(); --steps) step();
    for (QueueHall* hall : {one_.get(), many_.get()})
      for (const std::string& rule : hall->broken_rules()) ADD_FAILURE() << rule;
  }

 private:
  void step() {
    one_->unit = many_->unit = dice_.unit();
    switch (dice_.below(8)) {
      case 0:
      case 1:
      case 2: return join(++last_user_);
      case 3: return somebody([&](Person& person) { poll(person); });
      case 4: return somebody([&](Person& person) { one_->leave(person.ticket), many_->leave(person.ticket), poll(person); });
      case 5: return somebody([&](Person& person) { buy(person); });
      case 6: return somebody([&](Person& person) { join(person.ticket.user.value); });
      default: return pass(seconds{dice_.below(12)});
    }
  }

  void join(std::int64_t user) {
    const Ticket ticket = one_->join(user);
    ASSERT_EQ(many_->join(user).number, ticket.number) << "user " << user;
    if (!std::ranges::any_of(people_, [&](const Person& person) { return person.ticket.number == ticket.number; }))
      people_.push_back({.ticket = ticket, .next_poll = one_->clock.now()});
  }

  TicketStatus poll(Person& person) {
    const TicketView view = one_->poll(person.ticket), twin = many_->poll(person.ticket);
    EXPECT_EQ(twin.status, view.status) << "number " << person.ticket.number.value;
    EXPECT_EQ(twin.position, view.position) << "number " << person.ticket.number.value;
    EXPECT_EQ(twin.poll_after, view.poll_after) << "number " << person.ticket.number.value;
    person.next_poll = one_->clock.now() + view.poll_after;
    return person.status = view.status;
  }

  void buy(Person& person) {
    if (poll(person) == active) one_->buy(person.ticket), many_->buy(person.ticket), poll(person);
  }

  void pass(Duration time) {
    const auto poll_those_due = [&] {
      for (Person& person : people_)
        if (person.next_poll <= one_->clock.now() && !testing::Test::HasFailure()) poll(person);
    };
    for (; time > Duration{} && !testing::Test::HasFailure(); time -= milliseconds{200}) {
      one_->wait(milliseconds{200});
      many_->wait(milliseconds{200});
      poll_those_due();
      people_.remove_if([](const Person& person) { return person.status >= completed; });
      const QueueCounts counts = one_->counts(), twin = many_->counts();
      ASSERT_EQ(twin.tail, counts.tail);
      ASSERT_EQ(twin.front, counts.front);
    }
  }

  void somebody(const std::function<void(Person&)>& act) {
    if (people_.empty()) return;
    act(*std::next(people_.begin(), static_cast<std::ptrdiff_t>(dice_.below(people_.size()))));
    people_.remove_if([](const Person& person) { return person.status >= completed; });
  }

  SeededRandom dice_;
  std::unique_ptr<QueueHall> one_, many_;
  std::list<Person> people_;
  std::int64_t last_user_ = 0;
};

TEST(APoliteCrowd, CannotTellAClusterFromOneMachine) {
  for (std::uint64_t seed = 1; seed <= 8 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TwinHalls(seed).run(60);
  }
}

class RudeCrowd {
 public:
  RudeCrowd(std::uint64_t seed, std::unique_ptr<QueueHall> hall) : dice_(seed), settings_(drawn(dice_)), hall_(std::move(hall)) {
    hall_->open(settings_);
  }

  void run(int steps) {
    for (; steps > 0 && !testing::Test::HasFailure(); --steps) step();
    for (const std::string& rule : hall_->broken_rules()) ADD_FAILURE() << rule;
  }

 private:
  struct Rude {
    Ticket ticket;
    std::int64_t position = INT64_MAX;
    bool is_in = false;
  };

  void step() {
    hall_->unit = dice_.unit();
    switch (dice_.below(8)) {
      case 0:
      case 1:
        for (auto more = dice_.below(6); more > 0; --more) people_.push_back({.ticket = hall_->join(++last_user_)});
        return;
      case 2: return somebody([&](Rude& person) { hall_->leave(person.ticket); });
      case 3: return somebody([&](Rude& person) { std::ignore = hall_->refusal(person.ticket, Purpose::hold); });
      case 4:
        return somebody(
            [&](Rude& person) { EXPECT_LE(hall_->join(person.ticket.user.value).number, TicketNumber{last_number() + 1}); });
      case 5:
        return somebody([&](Rude& person) {
          poll(person);
          if (person.is_in) hall_->buy(person.ticket);
          poll(person);
        });
      default:
        hall_->wait(milliseconds{200 * static_cast<int>(1 + dice_.below(40))}, [&] {
          for (Rude& person : people_)
            if (dice_.below(10) == 0) poll(person);
        });
    }
  }

  std::int64_t last_number() { return hall_->counts().tail; }

  void poll(Rude& person) {
    const TicketView view = hall_->poll(person.ticket);
    const bool was_in = std::exchange(person.is_in, view.status == active);
    if (view.status == waiting) {
      EXPECT_FALSE(was_in) << "nobody goes back";
      EXPECT_LE(view.position, person.position) << "number " << person.ticket.number.value;
      person.position = view.position;
    }
    if (!person.is_in) return;
    for (Rude& other : people_)  // may have ended since
      if (other.is_in && hall_->refusal(other.ticket, Purpose::look)) other.is_in = false;
    EXPECT_LE(std::ranges::count_if(people_, &Rude::is_in), settings_.max_active);
  }

  void somebody(const std::function<void(Rude&)>& act) {
    if (!people_.empty()) act(people_[dice_.below(people_.size())]);
  }

  SeededRandom dice_;
  const QueueSettings settings_;
  std::unique_ptr<QueueHall> hall_;
  std::vector<Rude> people_;
  std::int64_t last_user_ = 0;
};

void play(const std::function<std::unique_ptr<QueueHall>()>& hall, std::uint64_t seeds, int steps) {
  for (std::uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RudeCrowd(seed, hall()).run(steps);
  }
}

TEST(ARudeCrowd, HurtsNobodyOnOneMachine) { play(embedded_hall, 20, 80); }
TEST(ARudeCrowd, HurtsNobodyOnACluster) {
  play([] { return cluster_hall(1); }, 3, 60);
  play([] { return cluster_hall(2); }, 3, 60);
}

}  // namespace
}  // namespace frontrow::test

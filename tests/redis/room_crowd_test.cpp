// Random crowds at two queues at once, the embedded one and the one in Redis. Among people who do as they are told nobody can tell
// which of the two they stand in; whatever a crowd does, nobody's position grows, places and rate are kept, and one user has one
// ticket.
#include <gtest/gtest.h>

#include <list>

#include "support/queue_story.hpp"
#include "support/room_story.hpp"

namespace frontrow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Person {
  Ticket ticket;
  TimePoint next_poll;
  std::int64_t position = 0;  // last shown; 0 once inside
};

class TwinQueues {
 public:
  TwinQueues(redis::Client& client, std::uint64_t seed)
      : dice_(seed),
        settings_{.max_active = 1 + static_cast<int>(dice_.below(8)),
                  .admissions_per_second = 1 + static_cast<int>(dice_.below(29))},
        embedded_(settings_),
        cluster_(client, settings_) {
    cluster_.now = embedded_.now;
  }

  void run(int steps) {
    while (steps-- > 0 && !testing::Test::HasFailure()) step();
  }

 private:
  void step() {
    embedded_.unit = cluster_.unit = dice_.unit();
    switch (dice_.below(9)) {
      case 0:
      case 1:
      case 2: return join(++last_user_);
      case 3: return pass(milliseconds{200 * static_cast<int>(1 + dice_.below(10))});
      case 4: return somebody([&](Person& person) { leave(person); });
      case 5: return somebody([&](Person& person) { pay(person); });
      case 6: return somebody([&](Person& person) { again(person); });
      case 7: return pass(milliseconds{200});
      default: return pass(seconds{dice_.below(40)});
    }
  }

  void join(std::int64_t user) {
    const Ticket ticket = embedded_.join(user);
    Ticket twin = cluster_.join(user);
    twin.concert = ticket.concert;
    ASSERT_EQ(twin.number, ticket.number);
    ASSERT_EQ(twin, ticket);
    people_.push_back({.ticket = ticket});
    show(people_.back(), embedded_.look(ticket));
  }

  void again(Person& person) {
    ASSERT_EQ(cluster_.join(person.ticket.user.value).number, person.ticket.number);
    ASSERT_EQ(embedded_.join(person.ticket.user.value), person.ticket);
    poll(person);
  }

  void show(Person& person, const TicketView& view) {
    EXPECT_TRUE(view.position == 0 || person.position == 0 || view.position <= person.position);
    person.position = view.position;
    person.next_poll = embedded_.now + view.poll_after;
  }

  void poll(Person& person) {
    const TicketView view = embedded_.poll(person.ticket), twin = cluster_.poll(person.ticket);
    ASSERT_EQ(twin.status, view.status) << "number " << person.ticket.number.value;
    ASSERT_EQ(twin.position, view.position) << "number " << person.ticket.number.value;
    if (view.status == TicketStatus::waiting) {
      ASSERT_EQ(twin.poll_after, view.poll_after);
    }
    show(person, view);
  }

  void pass(Duration time) {
    for (const TimePoint end = embedded_.now + time; embedded_.now < end && !testing::Test::HasFailure();) {
      const TimePoint tick_at = std::min(end, embedded_.now + milliseconds{200});
      while (Person* next = next_to_poll(tick_at)) {
        embedded_.now = cluster_.now = std::max(embedded_.now, next->next_poll);
        poll(*next);
        if (testing::Test::HasFailure()) return;
      }
      embedded_.now = cluster_.now = tick_at;
      embedded_.tick();
      cluster_.tick();
      check();
      people_.remove_if([&](const Person& person) { return embedded_.look(person.ticket).status >= TicketStatus::completed; });
    }
  }

  void check() {
    const QueueCounts counts = embedded_.queue().counts();
    const auto board = cluster_.board();
    ASSERT_EQ(board->front, counts.front);
    ASSERT_EQ(board->tail, counts.tail);
    ASSERT_EQ(static_cast<std::int64_t>(board->inside->size()), counts.active);
    ASSERT_LE(board->inside->size(), static_cast<std::size_t>(settings_.max_active));
  }

  Person* next_to_poll(TimePoint until) {
    Person* next = nullptr;
    for (Person& person : people_)
      if (person.next_poll <= until && (next == nullptr || person.next_poll < next->next_poll)) next = &person;
    return next;
  }

  void somebody(const std::function<void(Person&)>& act) {
    if (people_.empty()) return;
    auto person = std::next(people_.begin(), static_cast<std::ptrdiff_t>(dice_.below(people_.size())));
    act(*person);
    if (!testing::Test::HasFailure() && embedded_.look(person->ticket).status >= TicketStatus::completed) {
      ASSERT_EQ(cluster_.poll(person->ticket).status, embedded_.look(person->ticket).status);
      people_.erase(person);
    }
  }

  void leave(Person& person) {
    embedded_.leave(person.ticket);
    cluster_.leave(person.ticket);
  }

  void pay(Person& person) {
    poll(person);
    if (testing::Test::HasFailure() || embedded_.look(person.ticket).status != TicketStatus::active) return;
    embedded_.hold(person.ticket, ++last_reservation_), embedded_.pay(last_reservation_);
    cluster_.hold(person.ticket, last_reservation_), cluster_.pay(last_reservation_);
  }

  SeededRandom dice_;
  const QueueSettings settings_;
  QueueStory embedded_;
  RoomStory cluster_;
  std::list<Person> people_;
  std::int64_t last_user_ = 0, last_reservation_ = 0;
};

TEST(APoliteCrowd, CannotTellTheClusterFromOneMachine) {
  redis::Client client(redis_settings());
  for (std::uint64_t seed = 1; seed <= 10 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TwinQueues(client, seed).run(60);
  }
}

// People who go away without a word, come late, and try to jump the queue; a cap that moves.
class RudeCrowd {
 public:
  RudeCrowd(redis::Client& client, std::uint64_t seed)
      : dice_(seed),
        story_(client, {.max_active = 1 + static_cast<int>(dice_.below(8)),
                        .admissions_per_second = 1 + static_cast<int>(dice_.below(29))}) {}

  void run(int steps) {
    for (; steps > 0 && !testing::Test::HasFailure(); --steps) step();
    check_rate();
  }

 private:
  void step() {
    story_.unit = dice_.unit();
    switch (dice_.below(8)) {
      case 0:
      case 1:
      case 2:
        for (auto more = dice_.below(8); more > 0; --more) join();
        return;
      case 3: story_.rules.settings.max_active = 1 + static_cast<int>(dice_.below(8)); return;
      case 4:
        if (!people_.empty()) story_.leave(people_[dice_.below(people_.size())].ticket);
        return;
      default: return pass(milliseconds{200} * (1 + static_cast<int>(dice_.below(30))));
    }
  }

  void join() {
    const Ticket ticket = story_.join(1 + static_cast<std::int64_t>(dice_.below(60)));
    const auto known = std::ranges::find(people_, ticket.user, [](const Person& person) { return person.ticket.user; });
    if (known == people_.end()) {
      people_.push_back({.ticket = ticket});
    } else if (known->ticket.number != ticket.number) {
      EXPECT_GT(ticket.number, known->ticket.number);
      EXPECT_GE(story_.claim(known->ticket).status, TicketStatus::completed) << "one live ticket a user";
      *known = {.ticket = ticket};
    }
    note_admissions();
  }

  void pass(Duration time) {
    for (const TimePoint end = story_.now + time; story_.now < end; story_.now += milliseconds{200}) {
      const std::int64_t front = story_.board()->front;
      EXPECT_GE(story_.tick()->front, front) << "the front never goes back";
      for (int polls = 0; polls < 3 && !people_.empty(); ++polls) poll(people_[dice_.below(people_.size())]);
      note_admissions();
    }
  }

  void poll(Person& person) {
    const TicketView view = story_.poll(person.ticket);
    EXPECT_TRUE(view.position == 0 || person.position == 0 || view.position <= person.position);
    EXPECT_FALSE(over_.contains(person.ticket.number) && view.status < TicketStatus::completed)
        << "what is over does not come back";
    if (view.status >= TicketStatus::completed) over_.insert(person.ticket.number);
    person.position = view.position;
    if (view.status == TicketStatus::active && dice_.below(3) == 0) {
      story_.hold(person.ticket, ++last_reservation_), story_.pay(last_reservation_);
      over_.insert(person.ticket.number);
    }
  }

  void note_admissions() {
    const auto board = story_.board();
    int admitted = 0;
    for (const InsidePlace& place : *board->inside) {
      if (!inside_ever_.insert(place.number).second) continue;
      ++admitted;
      EXPECT_LE(place.number.value, board->front);
    }
    if (admitted == 0) return;
    EXPECT_LE(board->inside->size(), static_cast<std::size_t>(story_.rules.settings.max_active));
    admissions_.emplace_back(story_.now, admitted);
  }

  void check_rate() const {
    const double rate = story_.rules.settings.admissions_per_second;
    for (std::size_t first = 0; first < admissions_.size(); ++first) {
      int sum = 0;
      for (std::size_t last = first; last < admissions_.size(); ++last) {
        sum += admissions_[last].second;
        const double elapsed = std::chrono::duration<double>(admissions_[last].first - admissions_[first].first).count();
        ASSERT_LE(sum, elapsed * rate + rate + 1e-6);
      }
    }
  }

  SeededRandom dice_;
  RoomStory story_;
  std::vector<Person> people_;
  std::set<TicketNumber> over_, inside_ever_;
  std::vector<std::pair<TimePoint, int>> admissions_;
  std::int64_t last_reservation_ = 0;
};

TEST(AnyCrowd, KeepsPlacesRateAndPositionsInTheCluster) {
  redis::Client client(redis_settings());
  for (std::uint64_t seed = 1; seed <= 5 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RudeCrowd(client, seed).run(80);
  }
}

}  // namespace
}  // namespace frontrow::test

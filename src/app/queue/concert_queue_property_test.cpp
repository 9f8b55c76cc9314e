// Random crowds at one queue. In every crowd no position grows, and places and rate are kept. Among people who poll at the given
// interval, each called person gets in at that poll.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <list>

#include "support/fakes/queue_story.hpp"

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Person {
  Ticket ticket;
  TimePoint next_poll;
  std::int64_t position = 0;  // last shown; 0 once inside
  bool polls = true;
};

class Crowd {
 public:
  Crowd(QueueSettings settings, bool is_polite) : story_(settings), is_polite_(is_polite) {}

  // `kind` selects the action, `dice` the person.
  void step(int kind, std::uint32_t dice) {
    story_.unit = dice % 100 / 100.0;
    switch (kind) {
      case 0:
      case 1:
      case 2: return join({++last_user_});
      case 3: return pass(milliseconds{200 * (1 + dice % 10)});
      case 4: return pass(milliseconds{200});
      case 5: return at(dice, [&](Person& person) { leave(person); });
      case 6: return at(dice, [&](Person& person) { pay(person); });
      case 7: return at(dice, [&](Person& person) { RC_ASSERT(story_.join(person.ticket.user.value) == person.ticket); });
      case 8: return restart();
      case 9:
        if (!is_polite_) at(dice, [&](Person& person) { person.polls = false; });
        return;
      case 10:
        if (!is_polite_) story_.configure({.max_active = static_cast<int>(1 + dice % 8), .admissions_per_second = rate()});
        return;
      default: return pass(seconds{dice % 40});
    }
  }

  void check_rate() const {
    for (std::size_t first = 0; first < admissions_.size(); ++first) {
      int sum = 0;
      for (std::size_t last = first; last < admissions_.size(); ++last) {
        sum += admissions_[last].second;
        const double elapsed = std::chrono::duration<double>(admissions_[last].first - admissions_[first].first).count();
        RC_ASSERT(sum <= elapsed * rate() + rate() + 1e-6);
      }
    }
  }

 private:
  int rate() const { return story_.concert.queue.admissions_per_second; }

  // One batch, watched.
  void batch(const std::function<void(WorkingSet&)>& decide) {
    const auto inside = story_.queue().counts().active;
    const WorkingSet set = story_.batch([&](WorkingSet& in) { return decide(in), true; });
    const auto admitted = static_cast<int>(set.events.size());
    RC_ASSERT(admitted == 0 || inside + admitted <= story_.concert.queue.max_active);
    if (admitted > 0) admissions_.emplace_back(story_.now, admitted);
    const QueueCounts counts = story_.queue().counts();
    std::set<UserId> users;
    std::int64_t called = 0;
    for (const auto& [number, row] : story_.stored()) {
      RC_ASSERT(users.insert(row.user).second);
      RC_ASSERT(row.state == TicketState::waiting || number.value <= counts.front);
      called += row.state == TicketState::waiting && number.value <= counts.front;
    }
    if (is_polite_) RC_ASSERT(called + counts.active <= story_.concert.queue.max_active);
  }

  void join(UserId user) {
    TicketRow row;
    batch([&](WorkingSet& set) {
      if (user.value % 3 == 0) story_.queue().tick(set);
      row = *story_.queue().join(set, user);
      if (user.value % 5 == 0) story_.queue().tick(set);
    });
    people_.push_back({.ticket = story_.ticket_of(row), .next_poll = {}});
    show(people_.back(), story_.look(people_.back().ticket));
  }

  void show(Person& person, const TicketView& view) {
    RC_ASSERT(view.position == 0 || person.position == 0 || view.position <= person.position);
    RC_ASSERT((view.status == TicketStatus::waiting) == (view.position > 0));
    RC_ASSERT(view.position == 0 || view.position == people_up_to(person.ticket.number));
    person.position = view.position;
    person.next_poll = story_.now + view.poll_after;
  }

  // Counted the slow way.
  std::int64_t people_up_to(TicketNumber number) {
    const std::int64_t front = story_.queue().counts().front;
    std::int64_t people = 0;
    for (const auto& [other, row] : story_.stored()) people += other.value > front && other <= number;
    return std::max<std::int64_t>(1, people);
  }

  void poll(Person& person) {
    TicketView view = story_.look(person.ticket);
    if (view.may_claim) {
      batch([&](WorkingSet& set) {
        if (person.ticket.number.value % 2 == 0) story_.queue().tick(set);
        story_.queue().claim(set, person.ticket.number, person.ticket.user);
        if (person.ticket.number.value % 3 == 0) story_.queue().tick(set);
      });
      view = story_.look(person.ticket);
      if (is_polite_) RC_ASSERT(view.status == TicketStatus::active);
    }
    show(person, view);
    if (view.status == TicketStatus::expired) person.polls = false;
  }

  // Each person polls exactly at the given interval, and there is a tick every fifth of a second.
  void pass(Duration time) {
    for (const TimePoint end = story_.now + time; story_.now < end;) {
      const TimePoint tick_at = std::min(end, story_.now + milliseconds{200});
      while (Person* next = next_to_poll(tick_at)) {
        story_.now = std::max(story_.now, next->next_poll);
        poll(*next);
      }
      story_.now = tick_at;
      batch([&](WorkingSet& set) { story_.queue().tick(set); });
      people_.remove_if([](const Person& person) { return !person.polls; });
    }
  }

  Person* next_to_poll(TimePoint until) {
    Person* next = nullptr;
    for (Person& person : people_)
      if (person.polls && person.next_poll <= until && (next == nullptr || person.next_poll < next->next_poll)) next = &person;
    return next;
  }

  void at(std::uint32_t dice, const std::function<void(Person&)>& act) {
    std::vector<Person*> alive;
    for (Person& person : people_)
      if (person.polls && story_.look(person.ticket).status != TicketStatus::expired) alive.push_back(&person);
    if (!alive.empty()) act(*alive[dice % alive.size()]);
    for (Person* person : alive)  // asking how a called ticket stands claims
      if (person->polls) poll(*person);
    people_.remove_if([](const Person& person) { return !person.polls; });
  }

  void leave(Person& person) {
    batch([&](WorkingSet& set) { story_.queue().leave(set, person.ticket.number, person.ticket.user); });
    RC_ASSERT(story_.look(person.ticket).status == TicketStatus::expired);
    person.polls = false;
  }

  void pay(Person& person) {
    if (story_.look(person.ticket).status != TicketStatus::active) return;
    story_.hold(person.ticket, ++last_reservation_);
    story_.pay(last_reservation_);
    RC_ASSERT(story_.look(person.ticket).status == TicketStatus::completed);
    person.polls = false;
  }

  void restart() {
    story_.restart();
    admissions_.clear();  // a new process starts with a full bucket
  }

  QueueStory story_;
  const bool is_polite_;
  std::list<Person> people_;
  std::int64_t last_user_ = 0, last_reservation_ = 0;
  std::vector<std::pair<TimePoint, int>> admissions_;
};

void run(bool is_polite) {
  Crowd crowd({.max_active = *rc::gen::inRange(1, 9), .admissions_per_second = *rc::gen::inRange(1, 30)}, is_polite);
  const auto steps = *rc::gen::resize(150,
                                      rc::gen::container<std::vector<std::pair<int, std::uint32_t>>>(
                                          rc::gen::pair(rc::gen::inRange(0, 12), rc::gen::arbitrary<std::uint32_t>())));
  for (const auto& [kind, dice] : steps) crowd.step(kind, dice);
  crowd.check_rate();
}

RC_GTEST_PROP(APoliteCrowd, IsLetInWheneverItIsCalled, ()) { run(true); }
RC_GTEST_PROP(AnyCrowd, KeepsPlacesRateAndPositions, ()) { run(false); }

}  // namespace
}  // namespace frontrow

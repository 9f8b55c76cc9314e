// A waiting room in its plainest form, to test the rule with: tickets in a vector, called people in a set. The test
// moves the time and plays the people.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "domain/waiting_room.hpp"

namespace frontrow::test {

class PlainRoom final : public TickFacts {
 public:
  explicit PlainRoom(QueueSettings settings = {}, QueueLimits limits = {})
      : room{.settings = settings, .booking = {}, .limits = limits} {}

  // Returns the number; 0 if refused.
  std::int64_t join() {
    const auto ticket = frontrow::join(room, row, {next_number()}, *this, now);
    if (!ticket) return 0;
    tickets.push_back(*ticket);
    if (ticket->state == TicketState::active) enter(*ticket);
    call_up_to_front(ticket->number.value - 1);
    return ticket->number.value;
  }
  void join_many(int people) {
    while (people-- > 0) join();
  }
  // True if the person is inside now.
  bool poll(std::int64_t number) {
    TicketRow& ticket = at(number);
    if (!claim(room, row, ticket, *this, now)) return ticket.state == TicketState::active;
    if (ticket.state == TicketState::active)
      enter(ticket);
    else
      refused_[number] = ticket.back_by;
    return ticket.state == TicketState::active;
  }
  void leave(std::int64_t number) {
    TicketRow& ticket = at(number);
    if (ticket.state == TicketState::active) {
      --inside_;
      admitted_seconds_ -= seconds(ticket.admitted_at);
    }
    ticket.state = TicketState::ended;
    called_.erase(number);
    refused_.erase(number);
  }
  void tick() {
    const std::int64_t front = row.front;
    frontrow::tick(room, row, *this, free_seats, now);
    call_up_to_front(front);
  }
  // Time passes, with a tick every fifth of a second.
  void wait(Duration time) {
    for (const TimePoint end = now + time; now < end;) {
      now += std::min(Duration{200}, end - now);
      tick();
    }
  }
  bool is_called(std::int64_t number) const { return number <= row.front; }
  bool is_inside(std::int64_t number) const { return tickets[static_cast<std::size_t>(number) - 1].state == TicketState::active; }
  TicketRow& at(std::int64_t number) { return tickets[static_cast<std::size_t>(number) - 1]; }
  std::int64_t inside_now() const { return inside_; }

  // The facts.
  std::int64_t expected_below(const QueueRow& queue, std::int64_t below, TimePoint when, std::int64_t enough) const override {
    std::int64_t people = 0;
    for (auto each = refused_.begin();
         each != refused_.end() && each->first <= queue.late && each->first < below && people <= enough;
         ++each)
      people += each->second >= when;
    for (auto each = called_.upper_bound(queue.late); each != called_.end() && *each < below && people <= enough; ++each) ++people;
    return people;
  }
  Expected expected(const QueueRow& queue, TimePoint when) const override {
    Expected all;
    for (const auto& [number, back_by] : refused_) all.refused += back_by >= when;
    for (auto each = called_.upper_bound(queue.late); each != called_.end(); ++each) all.called += !is_back(*each, when);
    return all;
  }
  Inside inside(TimePoint when) const override {
    return {.people = inside_, .seconds = static_cast<double>(inside_) * seconds(when) - admitted_seconds_};
  }
  std::int64_t missing(std::int64_t after, std::int64_t upto) const override {
    std::int64_t people = 0;
    for (auto each = called_.upper_bound(after); each != called_.end() && *each <= upto; ++each)
      people += !refused_.contains(*each);
    return people;
  }
  Reach reach(std::int64_t front, std::int64_t count) const override {
    Reach found{.number = front, .people = 0};
    for (std::int64_t number = front + 1; number < next_number() && found.people < count; ++number)
      if (tickets[static_cast<std::size_t>(number) - 1].state == TicketState::waiting) found = {number, found.people + 1};
    return found;
  }

  Room room;
  QueueRow row;
  std::vector<TicketRow> tickets;  // by number, from 1
  std::optional<std::int64_t> free_seats;
  TimePoint now = kOpening;

 private:
  static constexpr TimePoint kOpening{std::chrono::sys_days{std::chrono::July / 1 / 2026}};

  static double seconds(TimePoint time) { return std::chrono::duration<double>(time - kOpening).count(); }
  std::int64_t next_number() const { return static_cast<std::int64_t>(tickets.size()) + 1; }
  bool is_back(std::int64_t number, TimePoint when) const {
    const auto refused = refused_.find(number);
    return refused != refused_.end() && refused->second >= when;
  }
  void enter(const TicketRow& ticket) {
    ++inside_;
    admitted_seconds_ += seconds(ticket.admitted_at);
    called_.erase(ticket.number.value);
    refused_.erase(ticket.number.value);
  }
  void call_up_to_front(std::int64_t front) {
    for (std::int64_t number = front + 1; number <= row.front; ++number)
      if (at(number).state == TicketState::waiting) called_.insert(number);
  }

  std::set<std::int64_t> called_;              // called and still waiting
  std::map<std::int64_t, TimePoint> refused_;  // called people who found no place: each is expected again until this time
  std::int64_t inside_ = 0;
  double admitted_seconds_ = 0;
};

}  // namespace frontrow::test

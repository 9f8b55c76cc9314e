#include "sim/queue_model.hpp"

#include <algorithm>

#include "sim/render.hpp"

namespace frontrow::sim {

TimePoint QueueModel::may_hold_until(const ModelTicket& ticket) const {
  return std::min(ticket.admitted + limits_.active, ticket.last_seen + limits_.idle);
}

TimePoint QueueModel::holds_until(std::int64_t number) const {
  TimePoint end{};
  if (const auto made = holds.find(number); made != holds.end())
    for (const auto& [id, until] : made->second) end = std::max(end, until);
  return end;
}

TimePoint QueueModel::ends_at(std::int64_t number, const ModelTicket& ticket) const {
  return std::max(may_hold_until(ticket), holds_until(number));
}

std::string QueueModel::describe() const {
  std::string text = fmt::format("tail {} front {} highest in {};", tail, front, highest_in);
  for (const auto& [number, ticket] : live)
    if (number <= front) text += fmt::format(" {}{}{}", number, ticket.is_active ? "A" : "W", ticket.was_called_fairly ? "!" : "");
  for (const auto& [number, ticket] : finished) text += fmt::format(" {}F", number);
  return text;
}

std::int64_t QueueModel::active() const {
  return std::ranges::count_if(live, [](const auto& entry) { return entry.second.is_active; });
}

std::int64_t QueueModel::waiting() const { return static_cast<std::int64_t>(live.size()) - active(); }

std::int64_t QueueModel::position(std::int64_t number) const {
  if (number <= front) return 1;
  return std::max<std::int64_t>(1, std::distance(live.upper_bound(front), live.upper_bound(number)));
}

std::int64_t QueueModel::number_of(UserId user, TimePoint now, bool is_enabled) const {
  for (const auto& [number, ticket] : live)
    if (ticket.user == user) return is_enabled && ticket.is_active && ends_at(number, ticket) <= now ? 0 : number;
  return 0;
}

TicketView QueueModel::look(const Ticket& ticket, TimePoint now, const Concert& concert) {
  const std::int64_t number = ticket.number.value;
  const auto at = live.find(number);
  const TicketView over{.status = completed.contains(number) ? TicketStatus::completed : TicketStatus::expired};
  if (at == live.end() || at->second.user != ticket.user) return over;
  ModelTicket& mine = at->second;
  const bool is_open_to_all = !concert.queue.enabled && concert.booking.has_opened(now);
  if (mine.is_active && concert.queue.enabled && ends_at(number, mine) <= now) return over;
  if ((!mine.is_active || is_open_to_all) && concert.booking.has_closed(now)) return over;
  mine.last_poll = now;
  if (mine.is_active && (is_open_to_all || now < may_hold_until(mine))) mine.last_seen = now;
  if (is_open_to_all || mine.is_active) return {.status = TicketStatus::active};
  if (mine.due && now > *mine.due) mine.was_called_fairly = false;
  return {
      .status = TicketStatus::waiting, .position = position(number), .may_claim = number <= front && concert.booking.is_open(now)};
}

std::string QueueModel::entry(const Ticket& ticket, Purpose purpose, TimePoint now, const Concert& concert) {
  const auto at = live.find(ticket.number.value);
  const bool may_hold = !concert.queue.enabled || at == live.end() || !at->second.is_active || now < may_hold_until(at->second);
  const TimePoint last_poll = at == live.end() ? TimePoint{} : at->second.last_poll;
  const TicketView view = look(ticket, now, concert);
  // Asking for seats is not polling.
  if (view.status == TicketStatus::waiting && at->first <= front) at->second.last_poll = last_poll;
  if (purpose == Purpose::look && now < holds_until(ticket.number.value)) return {};
  switch (view.status) {
    case TicketStatus::completed: return render(Refusal{.code = ErrorCode::queue_token_completed});
    case TicketStatus::expired: return render(Refusal{.code = ErrorCode::queue_token_expired});
    case TicketStatus::waiting: return render(Refusal{.code = ErrorCode::queue_token_not_active, .position = view.position});
    case TicketStatus::active: break;
  }
  return purpose == Purpose::hold && !may_hold ? render(Refusal{.code = ErrorCode::queue_token_expired}) : std::string{};
}

// The effects of a commit.

void QueueModel::commit(const QueueChange& change, TimePoint now, const Settings& settings, const std::set<std::int64_t>& left,
                        const std::multiset<std::int64_t>& activated, bool has_tick) {
  if (change.before.tail != tail || change.before.front != front)
    report_.broken("Q2",
                   "concert {}: memory says tail {} front {}, the store {} and {}",
                   concert_.value,
                   change.before.tail,
                   change.before.front,
                   tail,
                   front);
  if (change.row.front < front || change.row.tail < tail || change.row.front > change.row.tail)
    report_.broken(
        "Q2", "concert {}: front {} to {}, tail {} to {}", concert_.value, front, change.row.front, tail, change.row.tail);
  if (has_tick) has_free_seats = change.row.has_free_seats;
  notice_switch(change.row, now);
  const std::int64_t old_tail = tail, old_front = front;
  tail = change.row.tail;
  front = change.row.front;
  std::int64_t given = 0;
  for (const auto& [number, row] : change.tickets) {
    if (number.value > old_tail) ++given;
    enter_row(row, now, settings, left, activated.contains(number.value));
  }
  if (given != tail - old_tail)
    report_.broken("Q2", "concert {}: {} numbers given, {} tickets", concert_.value, tail - old_tail, given);
  for (const std::int64_t number : activated)
    if (activated.count(number) != 1 || change.find({number}) == nullptr)
      report_.broken("E1", "concert {}: activation of {} was told {} times", concert_.value, number, activated.count(number));
  check_rates(activated, now, settings);
  const bool is_fair = settings.before.queue == settings.after.queue;
  for (auto at = live.upper_bound(old_front); at != live.end() && at->first <= front; ++at)
    if (!at->second.is_active) at->second.was_called_fairly = is_fair && at->second.due && now <= *at->second.due;
}

void QueueModel::enter_row(const TicketRow& row, TimePoint now, const Settings& settings, const std::set<std::int64_t>& left,
                           bool is_told) {
  const std::int64_t number = row.number.value;
  if (finished.erase(number) > 0) {
    if (row.state != TicketState::ended) report_.broken("Q5", "ticket {} was completed, and lives", number);
    return;
  }
  auto at = live.find(number);
  if (at == live.end()) {
    if (number <= tail && completed.contains(number)) return report_.broken("Q5", "ticket {} was completed, and changes", number);
    for (const auto& [other, ticket] : live)
      if (ticket.user == row.user && !left.contains(other))
        report_.broken("Q1", "user {} has tickets {} and {} in concert {}", row.user.value, other, number, concert_.value);
    at = live.emplace(number, ModelTicket{.user = row.user, .issued = row.issued_at, .last_poll = now}).first;
  }
  ModelTicket& ticket = at->second;
  if (row.user != ticket.user) report_.broken("Q1", "ticket {} went from user {} to {}", number, ticket.user.value, row.user.value);
  const bool was_active = ticket.is_active;
  if (!was_active && (row.state == TicketState::active || is_told)) {
    check_admission(number, now, settings);
    ticket.is_active = true;
    highest_in = std::max(highest_in, number);
    ticket.admitted = ticket.last_seen = now;
    if (!is_told) report_.broken("E1", "the activation of ticket {} of concert {} was not told", number, concert_.value);
  } else if (is_told) {
    report_.broken("E1", "ticket {} of concert {} was active already when it was activated", number, concert_.value);
  }
  if (row.state != TicketState::ended) return;
  check_ending(number, ticket, now, left);
  live.erase(at);
}

void QueueModel::check_admission(std::int64_t number, TimePoint now, const Settings& settings) {
  if (number > front)
    report_.broken("Q2", "ticket {} of concert {} was let in before it was called ({})", number, concert_.value, front);
  if (!settings.before.booking.is_open(now) && !settings.after.booking.is_open(now))
    report_.broken("Q7", "ticket {} of concert {} was let in while booking is closed", number, concert_.value);
  if (!settings.before.queue.enabled && !settings.after.queue.enabled)
    report_.broken("Q7", "ticket {} of concert {} was let in although its queue is off", number, concert_.value);
}

void QueueModel::check_ending(std::int64_t number, const ModelTicket& ticket, TimePoint now, const std::set<std::int64_t>& left) {
  if (left.contains(number)) return;
  if (ticket.is_active && ends_at(number, ticket) <= now) return;
  if (!ticket.is_active && number <= front && ticket.last_poll + limits_.return_window <= now) return;
  report_.broken("Q5",
                 "ticket {} of concert {} was ended for no reason: active {} admitted {} seen {} polled {} holds until {} now {}",
                 number,
                 concert_.value,
                 ticket.is_active,
                 ms(ticket.admitted),
                 ms(ticket.last_seen),
                 ms(ticket.last_poll),
                 ms(holds_until(number)),
                 ms(now));
}

void QueueModel::notice_switch(const QueueRow& row, TimePoint now) {
  if (row.free_until == free_until_) return;
  if (!was_off_ || row.free_until > now + limits_.idle)
    report_.broken(
        "Q3", "concert {}: {} may claim freely until {}, now {}", concert_.value, row.free_upto, ms(row.free_until), ms(now));
  was_off_ = false;
  free_upto_ = row.free_upto;
  free_until_ = row.free_until;
}

void QueueModel::check_rates(const std::multiset<std::int64_t>& activated, TimePoint now, const Settings& settings) {
  const auto is_bound = [&](std::int64_t number) { return number > free_upto_ || now >= free_until_; };
  const auto admitted = std::ranges::count_if(activated, is_bound);
  if (admitted == 0) return;
  const int cap = std::max(settings.before.queue.max_active, settings.after.queue.max_active);
  if (active() > cap)
    report_.broken(
        "Q3", "concert {} has {} active, {} may be, {} were let in; {}", concert_.value, active(), cap, admitted, describe());
  const double rate = std::max(settings.before.queue.admissions_per_second, settings.after.queue.admissions_per_second);
  const double elapsed = std::chrono::duration<double>(now - tokens_at_).count();
  tokens_ = (tokens_ < 0 ? rate : std::min(rate, tokens_ + elapsed * rate)) - static_cast<double>(admitted);
  tokens_at_ = now;
  if (tokens_ < -1e-6) report_.broken("Q3", "concert {} let {} in at once, {:.3f} too many", concert_.value, admitted, -tokens_);
  tokens_ = std::max(tokens_, 0.0);
}

void QueueModel::claim_failed(std::int64_t number, bool came_as_told) {
  if (came_as_told) return;
  for (auto at = live.upper_bound(number); at != live.end() && at->first <= front; ++at) at->second.was_called_fairly = false;
}

void QueueModel::settings_changed(bool was_on_throughout) {
  ++changes;
  if (!was_on_throughout) was_off_ = true;
  for (auto& [number, ticket] : live) ticket.was_called_fairly = false;
}

void QueueModel::hold_news(const HoldNews& news) {
  const std::int64_t number = news.ticket.value;
  if (news.status == ReservationStatus::held) {
    holds[number][news.reservation] = news.until;
    return;
  }
  if (news.status == ReservationStatus::confirmed) completed.insert(number);
  if (const auto made = holds.find(number); made != holds.end()) {
    made->second.erase(news.reservation);
    if (made->second.empty()) holds.erase(made);
  }
  finish_if_paid(number);
}

// It was paid with, and no other hold made with it is left.
void QueueModel::finish_if_paid(std::int64_t number) {
  const auto at = live.find(number);
  if (at == live.end() || !completed.contains(number) || holds.contains(number)) return;
  finished.insert(*at);
  live.erase(at);
}

void QueueModel::reload(TimePoint now, bool is_new_process) {
  ++changes;
  for (auto& [number, ticket] : live) {
    ticket.last_seen = ticket.last_poll = now;
    ticket.due.reset();
    ticket.was_called_fairly = false;
  }
  // Memory may have missed the commit that allowed the free claims, and allows them again.
  if (free_until_ != TimePoint{}) was_off_ = true;
  if (!is_new_process) return;
  tokens_ = -1;
  has_free_seats = true;
  free_until_ = {};
}

}  // namespace frontrow::sim

#include "bench/reconcile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace frontrow::bench {

namespace {

constexpr std::size_t kExamples = 10;

// The feed's events of one reservation.
struct Story {
  const StoredEvent* created = nullptr;
  const StoredEvent* ended = nullptr;
  std::int64_t last_seq = 0;
  bool was_told = false;  // a client got an answer about the hold
  bool was_told_paid = false;
};

std::vector<std::int64_t> sorted(std::vector<std::int64_t> values) {
  std::ranges::sort(values);
  return values;
}

class Comparison {
 public:
  Comparison(const ToldHeader& header, const Stored& stored) : header_(header), stored_(stored) {}

  Reconciliation run(const std::vector<Told>& told) {
    replay();
    for (const Told& one : told) read(one);
    for (const auto& [id, story] : stories_) check_story(id, story);
    check_sales();
    check_balances();
    check_states();
    return std::move(result_);
  }

 private:
  template <class... Args>
  void expect(bool is_so, fmt::format_string<Args...> sentence, Args&&... args) {
    ++result_.compared;
    if (is_so) return;
    ++result_.mismatches;
    if (result_.examples.size() < kExamples) result_.examples.push_back(fmt::format(sentence, std::forward<Args>(args)...));
  }

  // Checks the feed alone: it must be a possible history.
  void replay() {
    for (const StoredEvent& event : stored_.events) {
      Story& story = stories_[event.reservation];
      if (event.type == EventType::created) {
        expect(story.created == nullptr, "reservation {} was made twice", event.reservation);
        story.created = &event;
        for (const std::int64_t seat : event.seats) take(seat, event.reservation);
      } else {
        expect(story.created != nullptr, "reservation {} ended and was never made", event.reservation);
        expect(story.ended == nullptr, "reservation {} ended twice", event.reservation);
        story.ended = &event;
        for (const std::int64_t seat : event.seats) end_at(seat, event);
      }
      expect(event.seq == story.last_seq + 1, "reservation {} has event {} after {}", event.reservation, event.seq, story.last_seq);
      story.last_seq = event.seq;
    }
  }

  void take(std::int64_t seat, std::int64_t reservation) {
    const auto [at, is_free] = owners_.try_emplace(seat, reservation);
    expect(is_free, "seat {} went to reservation {} while {} had it", seat, reservation, at->second);
  }

  void end_at(std::int64_t seat, const StoredEvent& event) {
    const auto found = owners_.find(seat);
    expect(found != owners_.end() && found->second == event.reservation,
           "reservation {} ended at seat {}, which it did not have",
           event.reservation,
           seat);
    if (event.type == EventType::expired)
      expect(
          event.at_ms >= event.expires_ms, "reservation {} expired {} ms early", event.reservation, event.expires_ms - event.at_ms);
    if (event.type == EventType::paid)
      expect(
          event.at_ms < event.expires_ms, "reservation {} was paid {} ms late", event.reservation, event.at_ms - event.expires_ms);
    if (event.type != EventType::paid && found != owners_.end()) owners_.erase(found);
  }

  void read(const Told& one) {
    switch (one.fact) {
      case Fact::held: return read_hold(one);
      case Fact::paid: return read_payment(one);
      case Fact::charged:
        ++result_.charges;
        balances_[one.user].charged += one.amount;
        return;
      case Fact::cancelled: {
        const Story* story = find(one.reservation);
        expect(story != nullptr && story->ended != nullptr && story->ended->type != EventType::paid,
               "user {} was told that reservation {} is given back, and it is not",
               one.user,
               one.reservation);
        return;
      }
      case Fact::hold_unknown: ++unknown_holds_[one.user]; break;
      case Fact::pay_unknown: ++unknown_payments_[one.reservation]; break;
      case Fact::charge_unknown: balances_[one.user].is_unknown = true; break;
      case Fact::cancel_unknown: break;
    }
    ++result_.unknown;
  }

  Story* find(std::int64_t reservation) {
    const auto found = stories_.find(reservation);
    return found == stories_.end() ? nullptr : &found->second;
  }

  void read_hold(const Told& one) {
    ++result_.holds;
    Story* story = find(one.reservation);
    expect(story != nullptr && story->created != nullptr,
           "user {} was told of reservation {}, which is not stored",
           one.user,
           one.reservation);
    if (story == nullptr || story->created == nullptr) return;
    story->was_told = true;
    const StoredEvent& created = *story->created;
    const std::vector<std::int64_t> seats(one.seats.begin(), one.seats.begin() + one.seat_count);
    expect(created.user == one.user && created.amount == one.amount && sorted(created.seats) == sorted(seats),
           "reservation {} is stored with another user, amount or seats than user {} was told",
           one.reservation,
           one.user);
  }

  void read_payment(const Told& one) {
    ++result_.payments;
    Story* story = find(one.reservation);
    const StoredEvent* paid = story != nullptr ? story->ended : nullptr;
    expect(paid != nullptr && paid->type == EventType::paid && paid->payment == one.payment && paid->amount == one.amount &&
               paid->user == one.user,
           "user {} was told that reservation {} is paid by payment {}, and it is not stored so",
           one.user,
           one.reservation,
           one.payment);
    if (story != nullptr) story->was_told_paid = true;
  }

  void check_story(std::int64_t id, const Story& story) {
    if (story.created == nullptr) return;  // reported already
    expect(story.was_told || unknown_holds_[story.created->user]-- > 0,
           "reservation {} of user {} is stored, and nobody was told",
           id,
           story.created->user);
    if (story.ended != nullptr && story.ended->type == EventType::paid) {
      expect(story.was_told_paid || unknown_payments_.contains(id), "reservation {} is paid, and nobody was told", id);
      balances_[story.ended->user].paid += story.ended->amount;
    }
  }

  void check_sales() {
    Sales seen;
    for (const auto& [id, story] : stories_) {
      if (story.created == nullptr) continue;
      ++seen.reservations;
      if (story.ended == nullptr) continue;
      switch (story.ended->type) {
        case EventType::paid:
          ++seen.confirmed;
          seen.sold += static_cast<std::int64_t>(story.ended->seats.size());
          seen.revenue += story.ended->amount;
          break;
        case EventType::expired: ++seen.expired; break;
        case EventType::cancelled: ++seen.cancelled; break;
        case EventType::created: break;
      }
    }
    const Sales& sales = stored_.sales;
    expect(sales.seats == header_.seats, "the concert has {} seats, it was made with {}", sales.seats, header_.seats);
    expect(sales.reservations == seen.reservations,
           "{} reservations are stored, the feed has {}",
           sales.reservations,
           seen.reservations);
    expect(sales.confirmed == seen.confirmed, "{} reservations are confirmed, the feed has {}", sales.confirmed, seen.confirmed);
    expect(sales.sold == seen.sold, "{} seats are sold, the feed has {}", sales.sold, seen.sold);
    expect(sales.sold <= header_.seats, "{} seats are sold of {}", sales.sold, header_.seats);
    expect(sales.revenue == seen.revenue, "the revenue is {}, the feed has {}", sales.revenue, seen.revenue);
    expect(sales.cancelled == seen.cancelled, "{} reservations are cancelled, the feed has {}", sales.cancelled, seen.cancelled);
    // A hold may have run out between reading the feed and reading this.
    expect(sales.expired >= seen.expired, "{} reservations are expired, the feed has {}", sales.expired, seen.expired);
  }

  void check_balances() {
    for (const auto& [user, balance] : stored_.balances) {
      const Balance& expected = balances_[user];
      if (expected.is_unknown) continue;
      expect(balance == expected.charged - expected.paid,
             "user {} has {} points, {} were charged and {} paid",
             user,
             balance,
             expected.charged,
             expected.paid);
    }
  }

  void check_states() {
    for (const auto& [id, state] : stored_.reservation_states) {
      const Story* story = find(id);
      const bool is_paid = story != nullptr && story->ended != nullptr && story->ended->type == EventType::paid;
      const bool is_over = story != nullptr && story->ended != nullptr && !is_paid;
      // Without an ending it is held, or it has just run out.
      const bool agrees = is_paid   ? state == "CONFIRMED"
                          : is_over ? state == "EXPIRED" || state == "CANCELLED"
                                    : story != nullptr && (state == "TEMPORARY" || state == "EXPIRED");
      expect(agrees, "reservation {} is {}, which is not what the feed says", id, state.empty() ? "not there" : state);
    }
  }

  struct Balance {
    std::int64_t charged = 0;
    std::int64_t paid = 0;
    bool is_unknown = false;
  };

  const ToldHeader& header_;
  const Stored& stored_;
  Reconciliation result_;
  std::unordered_map<std::int64_t, Story> stories_;
  std::unordered_map<std::int64_t, std::int64_t> owners_;  // seat -> reservation
  std::unordered_map<std::int64_t, int> unknown_holds_;    // by user
  std::unordered_map<std::int64_t, int> unknown_payments_;
  std::unordered_map<std::int64_t, Balance> balances_;
};

}  // namespace

Reconciliation reconcile(const ToldHeader& header, const std::vector<Told>& told, const Stored& stored) {
  return Comparison{header, stored}.run(told);
}

}  // namespace frontrow::bench

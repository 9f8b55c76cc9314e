#include "history/seat_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace frontrow::test {

namespace {

using Saw = SeatOp::Saw;

struct SeatState {
  enum class Kind : std::uint8_t { free, held, sold } kind = Kind::free;
  std::int64_t reservation = 0;
  HoldEnd end = {};

  bool is_of(std::int64_t id) const { return kind != Kind::free && reservation == id; }
};

struct Configuration {
  SeatState seat;
  Micros now = 0;  // no later operation happened before this time
};

// The seat's state after `op`, if `op` can happen next. It always happens at the earliest possible moment: that
// excludes nothing that comes later.
std::optional<Configuration> after(const SeatOp& op, const Configuration& before) {
  const SeatState& seat = before.seat;
  const bool is_held = seat.kind == SeatState::Kind::held, is_sold = seat.kind == SeatState::Kind::sold;
  const Micros at = std::max(before.now, op.asked);
  if (at > op.answered) return {};
  const bool is_live = is_held && at <= seat.end.latest;
  const Micros over_at = is_held ? std::max(at, seat.end.earliest) : at;  // the earliest end of a held seat
  const bool can_be_over = !is_sold && over_at <= op.answered;
  const auto stays = [&](Micros when) { return Configuration{seat, when}; };
  const auto becomes = [](SeatState next, Micros when) { return Configuration{next, when}; };
  const std::optional<Configuration> no;
  switch (op.saw) {
    case Saw::granted: return can_be_over ? std::optional(becomes({SeatState::Kind::held, op.reservation, op.end}, over_at)) : no;
    case Saw::still_mine: return is_live && seat.is_of(op.reservation) ? std::optional(stays(at)) : no;
    case Saw::taken: return is_sold || is_live ? std::optional(stays(at)) : no;
    case Saw::given_back:
      if (is_held && seat.is_of(op.reservation)) return becomes({}, at);
      return seat.is_of(op.reservation) ? no : std::optional(stays(at));
    case Saw::cannot_give: return is_sold && seat.is_of(op.reservation) ? std::optional(stays(at)) : no;
    case Saw::paid:
      if (!seat.is_of(op.reservation)) return no;
      // The decision is before the deadline, but its effect may be seen a little after it: a commit takes time.
      if (is_held && op.asked > seat.end.latest) return no;
      return becomes({SeatState::Kind::sold, op.reservation, {}}, at);
    case Saw::too_late:
      if (!seat.is_of(op.reservation)) return stays(at);
      return can_be_over ? std::optional(becomes({}, over_at)) : no;
    case Saw::not_payable: return seat.is_of(op.reservation) ? no : std::optional(stays(at));
    case Saw::shown_free: return can_be_over ? std::optional(stays(over_at)) : no;
    case Saw::shown_held: return is_live ? std::optional(stays(at)) : no;
    case Saw::shown_sold: return is_sold ? std::optional(stays(at)) : no;
  }
  return no;
}

class Search {
 public:
  Search(std::span<const SeatOp> ops, std::int64_t max_steps) : ops_(ops.begin(), ops.end()), done_(ops.size()), left_(max_steps) {
    std::ranges::sort(ops_, {}, &SeatOp::asked);
    for (const SeatOp& op : ops_) needed_ += op.may_never_happen ? 0 : 1;
  }

  Verdict run() {
    if (explain({})) return {Verdict::Kind::possible};
    if (left_ <= 0) return {Verdict::Kind::undecided, "too many orders to try"};
    const SeatOp& op = ops_[deepest_];
    return {Verdict::Kind::impossible,
            fmt::format("nothing explains op {} of {}: saw {} of reservation {}, asked at {}, answered at {}",
                        deepest_,
                        ops_.size(),
                        static_cast<int>(op.saw),
                        op.reservation,
                        op.asked,
                        op.answered)};
  }

 private:
  // Depth first. `first_` is the first operation that has not happened yet.
  bool explain(const Configuration& now) {
    if (needed_ == 0) return true;
    if (--left_ <= 0 || !is_new(now)) return false;
    Micros until = kNever;  // an operation that was asked after another one's answer comes after it
    for (std::size_t i = first_; i < ops_.size(); ++i)
      if (!done_[i] && !ops_[i].may_never_happen) until = std::min(until, ops_[i].answered);
    for (std::size_t i = first_; i < ops_.size() && ops_[i].asked <= until; ++i) {
      if (done_[i]) continue;
      const auto next = after(ops_[i], now);
      if (next && next->now <= until && explain_with(i, *next)) return true;
    }
    deepest_ = std::max(deepest_, first_needed());
    return false;
  }

  bool explain_with(std::size_t i, const Configuration& next) {
    const std::size_t first = first_;
    done_[i] = true;
    needed_ -= ops_[i].may_never_happen ? 0 : 1;
    while (first_ < ops_.size() && done_[first_]) ++first_;
    const bool found = explain(next);
    first_ = first;
    needed_ += ops_[i].may_never_happen ? 0 : 1;
    done_[i] = false;
    return found;
  }

  // The same operations are done, the seat is the same, and the time is not earlier: a search that failed then fails
  // now.
  bool is_new(const Configuration& now) {
    std::vector<bool> beyond(done_.begin() + static_cast<std::ptrdiff_t>(first_), done_.end());
    while (!beyond.empty() && !beyond.back()) beyond.pop_back();
    const auto key = std::tuple(first_, std::move(beyond), now.seat.kind, now.seat.reservation);
    const auto [at, is_first] = seen_.try_emplace(key, now.now);
    if (!is_first && at->second <= now.now) return false;
    at->second = now.now;
    return true;
  }

  std::size_t first_needed() const {
    std::size_t i = first_;
    while (i + 1 < ops_.size() && (done_[i] || ops_[i].may_never_happen)) ++i;
    return i;
  }

  std::vector<SeatOp> ops_;
  std::vector<bool> done_;
  std::int64_t left_;
  std::size_t first_ = 0, deepest_ = 0;
  int needed_ = 0;
  std::map<std::tuple<std::size_t, std::vector<bool>, SeatState::Kind, std::int64_t>, Micros> seen_;
};

}  // namespace

Verdict check_seat(std::span<const SeatOp> ops, std::int64_t max_steps) { return Search(ops, max_steps).run(); }

}  // namespace frontrow::test

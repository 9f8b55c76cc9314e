// Mistakes with idempotency keys, with events, and with the time of an answer.
#include <iterator>
#include <memory>

#include "app/commands/payment.hpp"
#include "app/commands/point.hpp"
#include "app/commands/reservation.hpp"
#include "sim/auditor.hpp"
#include "sim/planted_bugs.hpp"

namespace frontrow::sim {

namespace {

template <class C>
bool is(const Command& command) {
  return dynamic_cast<const C*>(&command) != nullptr;
}

Plant key_is_not_recorded() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const std::size_t keys = set.new_keys.size();
    const Verdict verdict = command.decide(set);
    if (set.new_keys.size() == keys) return verdict;
    set.known_keys.erase(set.new_keys.back().key);
    set.new_keys.pop_back();
    return verdict;
  }};
}

Plant key_is_recorded_by_a_refusal() {
  return {.decide = [](Command& command, const Op* op, WorkingSet& set) {
    const std::size_t lines = set.ledger.size();
    const Verdict verdict = command.decide(set);
    if (!is<PayReservation>(command) || !op->idempotent || set.ledger.size() > lines ||
        set.idempotency(op->idempotent->key) != nullptr)
      return verdict;
    set.add_idempotency(
        {.key = op->idempotent->key, .fingerprint = op->idempotent->fingerprint, .result = 1, .created_at = set.now});
    return verdict;
  }};
}

Plant key_of_another_request_is_replayed() {
  return {.decide = [](Command& command, const Op* op, WorkingSet& set) {
    const auto known = op != nullptr && op->idempotent ? set.known_keys.find(op->idempotent->key) : set.known_keys.end();
    if (known == set.known_keys.end()) return command.decide(set);
    const std::int64_t fingerprint = std::exchange(known->second.fingerprint, op->idempotent->fingerprint);
    const Verdict verdict = command.decide(set);
    known->second.fingerprint = fingerprint;
    return verdict;
  }};
}

Plant replay_is_executed_again() {
  return {.decide = [](Command& command, const Op* op, WorkingSet& set) {
    const auto known = op != nullptr && op->idempotent ? set.known_keys.find(op->idempotent->key) : set.known_keys.end();
    if (known == set.known_keys.end() || !is<ChargePoints>(command)) return command.decide(set);
    const auto hidden = set.known_keys.extract(known);
    const std::size_t keys = set.new_keys.size();
    const Verdict verdict = command.decide(set);
    if (set.new_keys.size() > keys) set.new_keys.pop_back();
    return verdict;
  }};
}

Plant two_expiry_events() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const std::size_t events = set.events.size();
    const Verdict verdict = command.decide(set);
    if (set.events.size() > events && set.events.back().type == EventType::reservation_expired)
      set.add_event(EventType::reservation_expired, set.events.back().reservation);
    return verdict;
  }};
}

Plant event_with_the_wrong_seq() {
  return {.decide = [](Command& command, const Op*, WorkingSet& set) {
    const std::size_t events = set.events.size();
    const Verdict verdict = command.decide(set);
    if (set.events.size() > events && set.events.back().type == EventType::payment_completed) set.events.back().seq = 1;
    return verdict;
  }};
}

// The event is written by the next transaction instead of its own; after a crash, by none.
Plant event_outside_the_transaction() {
  return {.decide = [late = std::make_shared<std::vector<Event>>()](Command& command, const Op*, WorkingSet& set) {
    const auto events = static_cast<std::ptrdiff_t>(set.events.size());
    const Verdict verdict = command.decide(set);
    std::vector<Event> own(set.events.begin() + events, set.events.end());
    set.events.resize(static_cast<std::size_t>(events));
    set.events.insert(set.events.end(), late->begin(), late->end());
    *late = std::move(own);
    return verdict;
  }};
}

class AnsweredEarly final : public Command {
 public:
  explicit AnsweredEarly(std::unique_ptr<Command> inner) : inner_(std::move(inner)) {}
  void declare(Keys& keys) const override { inner_->declare(keys); }
  Verdict decide(WorkingSet& set) override {
    const Verdict verdict = inner_->decide(set);
    if (verdict == Verdict::decided && !std::exchange(is_answered_, true)) inner_->complete(CommitStatus::committed);
    return verdict;
  }
  void complete(CommitStatus status) override {
    if (!is_answered_) inner_->complete(status);
  }

 private:
  const std::unique_ptr<Command> inner_;
  bool is_answered_ = false;
};

Plant answer_before_the_commit() {
  return {.wrap = [](std::unique_ptr<Command> command) { return std::make_unique<AnsweredEarly>(std::move(command)); }};
}

// Answers success for every outcome of the commit.
class AlwaysYes final : public Command {
 public:
  explicit AlwaysYes(std::unique_ptr<Command> inner) : inner_(std::move(inner)) {}
  void declare(Keys& keys) const override { inner_->declare(keys); }
  Verdict decide(WorkingSet& set) override {
    is_decided_ = true;
    return inner_->decide(set);
  }
  void complete(CommitStatus status) override {
    inner_->complete(is_decided_ && status == CommitStatus::unavailable ? CommitStatus::committed : status);
  }

 private:
  const std::unique_ptr<Command> inner_;
  bool is_decided_ = false;
};

Plant failed_commit_is_swallowed() {
  return {.wrap = [](std::unique_ptr<Command> command) { return std::make_unique<AlwaysYes>(std::move(command)); }};
}

}  // namespace

std::vector<PlantedBug> planted_bugs_in_keys_and_events() {
  return {
      {"key is not recorded", key_is_not_recorded},
      {"key is recorded by a refusal", key_is_recorded_by_a_refusal},
      {"key of another request is replayed", key_of_another_request_is_replayed},
      {"replay is executed again", replay_is_executed_again},
      {"two expiry events", two_expiry_events},
      {"event with the wrong seq", event_with_the_wrong_seq},
      {"event outside the transaction", event_outside_the_transaction},
      {"answer before the commit", answer_before_the_commit},
      {"failed commit is swallowed", failed_commit_is_swallowed},
  };
}

}  // namespace frontrow::sim

#include "crash/story.hpp"

#include <fmt/format.h>

#include <sstream>
#include <thread>

namespace frontrow::test {

namespace {

std::string shown(const HttpResponse& answer) {
  std::ostringstream text;
  text << answer;
  return text.str();
}

constexpr std::chrono::milliseconds kBackOff{5};  // after a 503, which has no event to wait for

}  // namespace

Story::Story(const Scene& scene, Tally& tally, std::int64_t user, std::uint32_t seed)
    : scene_(scene), tally_(tally), user_(user), random_(seed), script_{Step::join, Step::charge, Step::hold, Step::queue_up} {
  if (random_() % 2 == 0) script_.insert(script_.begin() + 2, Step::charge);
  if (random_() % 3 == 0) script_.insert(script_.begin() + 2, Step::hold);
  for (int chance = static_cast<int>(random_() % 4); chance > 0; --chance)
    script_.push_back(random_() % 4 == 0 ? Step::cancel : Step::pay);
  script_.push_back(Step::poll);
}

std::string Story::new_key() { return fmt::format("{}-{}", user_, ++keys_); }

std::optional<Story::Asked> Story::next() {
  while (at_ < script_.size()) {
    const Step step = script_[at_++];
    switch (step) {
      case Step::join: return Asked{step, join(user_, scene_.on_sale.id, new_key())};
      case Step::queue_up: return Asked{step, join(user_, scene_.queued.id, new_key())};
      case Step::poll: return Asked{step, poll(queued_token_)};
      case Step::charge: {
        const std::int64_t amount = 5'000 + static_cast<std::int64_t>(random_() % 1'000);
        return Asked{step, charge(user_, amount, new_key()), amount};
      }
      case Step::hold: {
        const std::int64_t seat = scene_.on_sale.first_seat + static_cast<std::int64_t>(random_()) % scene_.seats;
        return Asked{step, hold(token_, scene_.on_sale, seat, new_key())};
      }
      case Step::pay:
      case Step::cancel: {
        std::size_t open = 0;
        while (open < held_.size() && (held_[open].payment != 0 || held_[open].is_cancelled)) ++open;
        if (open == held_.size()) continue;  // no seat was free
        const auto reservation = held_[open].reservation;
        return Asked{step, step == Step::pay ? pay(token_, reservation, new_key()) : cancel(token_, reservation), 0, open};
      }
    }
  }
  return {};
}

bool Story::go_on(HttpClient& http, const std::atomic<bool>& stop) {
  if (!pending_) pending_ = next();
  if (!pending_) return false;
  for (;;) {
    const HttpResponse answer = http.send(pending_->request);
    if (answer.status != 503) {
      take(*pending_, answer);
      pending_.reset();
      return true;
    }
    ++tally_.refused;
    if (answer.code() == "OUTCOME_UNKNOWN") ++tally_.unknown;
    if (answer.header("Retry-After").empty()) losses_.push_back("503 without Retry-After: " + shown(answer));
    if (stop) return true;
    std::this_thread::sleep_for(kBackOff);
  }
}

void Story::settle(HttpClient& http) {
  if (!pending_) return;
  take(*pending_, http.send(pending_->request));
  pending_.reset();
}

void Story::lose(const Asked& asked, const HttpResponse& answer) {
  losses_.push_back(
      fmt::format("user {}: {} {} was answered {}", user_, asked.request.method, asked.request.target, shown(answer)));
}

void Story::take(const Asked& asked, const HttpResponse& answer) {
  ++tally_.answered;
  const bool is_done = answer.status == 200 || answer.status == 201;
  switch (asked.step) {
    case Step::join: return is_done ? void(token_ = answer.text("token")) : lose(asked, answer);
    case Step::queue_up:
      if (!is_done) return lose(asked, answer);
      queued_token_ = answer.text("token");
      position_ = answer.integer("position");
      return;
    case Step::poll:
      if (!is_done) return lose(asked, answer);
      if (answer.integer("position") > *position_) losses_.push_back(fmt::format("user {} moved back", user_));
      position_ = answer.integer("position");
      return;
    case Step::charge:
      if (answer.status != 201) return lose(asked, answer);
      charged_ += asked.amount;
      if (answer.integer("balance") != expected_balance()) lose(asked, answer);
      return;
    case Step::hold:
      if (is_done)
        held_.push_back({.reservation = answer.integer("reservationId"), .amount = answer.integer("amount")});
      else if (answer.code() != "SEAT_ALREADY_RESERVED" && answer.code() != "QUEUE_TOKEN_COMPLETED")
        lose(asked, answer);
      return;
    case Step::pay:
      if (answer.code() == "INSUFFICIENT_POINTS") return;
      if (!is_done) return lose(asked, answer);
      held_[asked.held].payment = answer.integer("paymentId");
      if (answer.integer("balance") != expected_balance()) lose(asked, answer);
      return;
    case Step::cancel: return answer.status == 204 ? void(held_[asked.held].is_cancelled = true) : lose(asked, answer);
  }
}

std::int64_t Story::expected_balance() const {
  std::int64_t balance = charged_;
  for (const Held& held : held_)
    if (held.payment != 0) balance -= held.amount;
  return balance;
}

std::vector<std::string> Story::find_losses(HttpClient& http) {
  std::vector<std::string> losses = losses_;
  const auto miss = [&](std::string what) { losses.push_back(fmt::format("user {}: {}", user_, what)); };
  if (const auto balance = balance_of(http, user_); balance != expected_balance())
    miss(fmt::format("balance {} instead of {}", balance, expected_balance()));
  for (const Held& held : held_) {
    const auto answer = http.get(fmt::format("/api/v1/reservations/{}?userId={}", held.reservation, user_));
    const std::string wanted = held.payment != 0 ? "CONFIRMED" : held.is_cancelled ? "CANCELLED" : "TEMPORARY";
    if (answer.status != 200 || answer.text("status") != wanted) miss(wanted + " became " + shown(answer));
    if (held.payment == 0) continue;
    const auto again = http.send(pay(token_, held.reservation));
    if (again.status != 200 || again.integer("paymentId") != held.payment) miss("the payment became " + shown(again));
  }
  if (position_) {
    const auto view = http.send(poll(queued_token_));
    const bool is_live = view.status == 200 && (view.text("status") == "WAITING" || view.text("status") == "ACTIVE");
    if (!is_live || view.integer("position") > *position_)
      miss(fmt::format("place {} became {}", *position_, shown(view)));
    else
      position_ = view.integer("position");
  }
  return losses;
}

}  // namespace frontrow::test

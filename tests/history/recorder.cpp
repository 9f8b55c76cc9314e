#include "history/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <sstream>

#include "base/clock.hpp"
#include "support/wait.hpp"

namespace frontrow::test {

namespace {

using Saw = SeatOp::Saw;

Micros micros_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

TimePoint time_in(const boost::json::object& answer, std::string_view name) {
  const auto time = parse_iso8601(std::string(answer.at(name).as_string()));
  if (!time) throw std::runtime_error("not a time");
  return *time;
}

[[noreturn]] void unexpected(std::string_view what, const HttpResponse& answer) {
  std::ostringstream text;
  text << what << " was answered " << answer;
  throw std::runtime_error(text.str());
}

// The offset of the sale's clock to the client's: its lower and upper bound. The sale's clock may gain on the client's, as it
// catches up with the wall clock, so the bounds hold what is found before the history and after it.
class SaleClock {
 public:
  void compare(HttpClient& http) {
    Micros least = -kNever, most = kNever;
    for (int i = 0; i < 50; ++i) {
      const Micros before = micros_now();
      const Micros sale =
          time_in(http.get("/api/v1/time").json(), "now").time_since_epoch().count() * 1'000;  // or up to a millisecond more
      const Micros after = micros_now();
      least = std::max(least, before - sale - 1'000);
      most = std::min(most, after - sale);
    }
    least_ = std::min(least_, least);
    most_ = std::max(most_, most);
  }
  HoldEnd end(TimePoint deadline) const {
    const Micros at = deadline.time_since_epoch().count() * 1'000;
    return {.earliest = at + least_, .latest = at + most_};
  }

 private:
  Micros least_ = kNever, most_ = -kNever;
};

struct Held {
  std::int64_t reservation;
  std::vector<std::int64_t> seats;
};
struct Forgotten {
  std::size_t history;
  Held held;
  TimePoint deadline;
};
struct UnreadHold {
  std::size_t history;
  std::int64_t user;
  std::vector<std::int64_t> seats;
  Micros asked;
};
struct Seen {
  std::size_t history;
  std::int64_t seat;
  SeatOp op;
  std::optional<TimePoint> deadline = {};
};

struct Stage {
  TestSale& sale;
  std::vector<NewConcert> concerts;
  std::vector<std::atomic<int>> asked;
  const RecorderOptions& options;
};

class Client {
 public:
  Client(Stage& stage, std::int64_t user)
      : stage_(stage),
        user_(user),
        http_(stage.sale.port()),
        random_(stage.options.seed * 1'000 + static_cast<std::uint32_t>(user)),
        tokens_(stage.concerts.size()),
        held_(stage.concerts.size()) {
    if (const auto charged = http_.send(charge(user, 10'000'000)); charged.status != 201) unexpected("charging", charged);
    for (std::size_t i = 0; i < tokens_.size(); ++i) tokens_[i] = enter(http_, user, concert(i).id);
  }

  void run() {
    const std::size_t count = stage_.concerts.size();
    std::size_t history = random_() % count;
    for (std::size_t full = 0; full < count; history = (history + 1) % count) {
      if (stage_.asked[history].fetch_add(1) >= stage_.options.ops) {
        ++full;
        continue;
      }
      full = 0;
      step(history);
    }
    pay_for_what_was_forgotten();
  }

  std::vector<Seen> seen;
  std::vector<UnreadHold> unread;
  std::set<std::int64_t> granted;

 private:
  const NewConcert& concert(std::size_t history) const { return stage_.concerts[history]; }
  int dice(int sides) { return static_cast<int>(random_() % static_cast<std::uint32_t>(sides)); }

  void step(std::size_t history) {
    auto& mine = held_[history];
    const int chance = dice(100);
    if (chance < 15) return look(history);
    if (mine.empty() || chance < 60) return hold_some(history);
    // A request about one of them, even if it is over already. Three times of four it is the last request about it.
    const auto at = mine.begin() + dice(static_cast<int>(mine.size()));
    const Held held = *at;
    if (dice(4) != 0) mine.erase(at);
    return chance < 80 ? give_back(history, held) : pay_for(history, held);
  }

  void see(std::size_t history, std::int64_t seat, Saw saw, Micros asked, Micros answered, std::int64_t reservation = 0) {
    seen.push_back({history, seat, {.saw = saw, .asked = asked, .answered = answered, .reservation = reservation}});
  }
  void see_all(std::size_t history, const Held& held, Saw saw, Micros asked, Micros answered) {
    for (const std::int64_t seat : held.seats) see(history, seat, saw, asked, answered, held.reservation);
  }
  // One request in twenty does not wait for its answer.
  bool is_left_unread(const HttpRequest& request) {
    if (dice(20) != 0) return false;
    http_.start(request);
    http_.disconnect();
    return true;
  }
  // An answer without an effect that says nothing about the seats.
  bool says_nothing(const HttpResponse& answer) const { return answer.status == 503 && answer.code() == "OVERLOADED"; }

  void look(std::size_t history) {
    const Micros asked = micros_now();
    const auto answer = http_.send(seat_map(tokens_[history], concert(history)));
    const Micros answered = micros_now();
    if (answer.status == 401) return void(tokens_[history] = enter(http_, user_, concert(history).id));
    if (answer.status != 200) unexpected("looking", answer);
    const auto map = answer.json();
    for (const auto& seat : map.at("seats").as_array()) {
      const auto& status = seat.at("status").as_string();
      const Saw saw = status == "AVAILABLE" ? Saw::shown_free : status == "RESERVED" ? Saw::shown_sold : Saw::shown_held;
      see(history, seat.at("id").as_int64(), saw, asked, answered);
    }
  }

  void hold_some(std::size_t history) {
    std::vector<std::int64_t> seats{concert(history).first_seat + dice(stage_.options.seats)};
    if (dice(4) == 0) {
      const std::int64_t other = concert(history).first_seat + dice(stage_.options.seats);
      if (other != seats.front()) seats.push_back(other);
    }
    std::ranges::sort(seats);
    const auto request = hold(tokens_[history], concert(history), seats);
    const Micros asked = micros_now();
    if (is_left_unread(request)) return void(unread.push_back({history, user_, seats, asked}));
    const auto answer = http_.send(request);
    const Micros answered = micros_now();
    if (answer.status == 201 || answer.status == 200)
      return take_hold(history, answer, {answer.integer("reservationId"), seats}, asked, answered);
    if (answer.code() == "SEAT_ALREADY_RESERVED") {
      const auto refused = answer.json();
      for (const auto& seat : refused.at("seatIds").as_array()) see(history, seat.as_int64(), Saw::taken, asked, answered);
    } else if (answer.status == 401) {  // the ticket was completed by a payment
      tokens_[history] = enter(http_, user_, concert(history).id);
    } else if (!says_nothing(answer)) {
      unexpected("holding", answer);
    }
  }

  void take_hold(std::size_t history, const HttpResponse& answer, Held held, Micros asked, Micros answered) {
    const bool is_new = answer.status == 201;
    if (is_new) granted.insert(held.reservation);
    see_all(history, held, is_new ? Saw::granted : Saw::still_mine, asked, answered);
    for (std::size_t i = 0; i < held.seats.size(); ++i)
      seen[seen.size() - 1 - i].deadline = time_in(answer.json(), "temporaryExpiresAt");
    if (forgotten_ && forgotten_->held.reservation == held.reservation) return;  // it has answered again, and is forgotten again
    if (is_new && !forgotten_)
      forgotten_ = Forgotten{history, std::move(held), time_in(answer.json(), "temporaryExpiresAt")};
    else
      held_[history].push_back(std::move(held));
  }

  void pay_for_what_was_forgotten() {
    if (!forgotten_) return;
    const auto is_over = [&] { return time_in(http_.get("/api/v1/time").json(), "now") >= forgotten_->deadline; };
    if (!eventually(is_over)) throw std::runtime_error("a hold does not end");
    pay_for(forgotten_->history, forgotten_->held);
  }

  void give_back(std::size_t history, const Held& held) {
    const auto request = cancel(tokens_[history], held.reservation);
    const Micros asked = micros_now();
    if (is_left_unread(request)) return leave_unread(history, held, Saw::given_back, asked);
    const auto answer = http_.send(request);
    const Micros answered = micros_now();
    if (answer.status == 204) return see_all(history, held, Saw::given_back, asked, answered);
    if (answer.code() == "RESERVATION_NOT_CANCELLABLE") return see_all(history, held, Saw::cannot_give, asked, answered);
    if (!says_nothing(answer)) unexpected("giving back", answer);
  }

  void pay_for(std::size_t history, const Held& held) {
    const auto request = pay(tokens_[history], held.reservation);
    const Micros asked = micros_now();
    if (is_left_unread(request)) return leave_unread(history, held, Saw::paid, asked);
    const auto answer = http_.send(request);
    const Micros answered = micros_now();
    if (answer.status == 201 || answer.status == 200) return see_all(history, held, Saw::paid, asked, answered);
    if (answer.code() == "RESERVATION_EXPIRED") return see_all(history, held, Saw::too_late, asked, answered);
    if (answer.code() == "RESERVATION_NOT_PAYABLE") return see_all(history, held, Saw::not_payable, asked, answered);
    if (!says_nothing(answer)) unexpected("paying", answer);
  }

  void leave_unread(std::size_t history, const Held& held, Saw saw, Micros asked) {
    see_all(history, held, saw, asked, kNever);
    for (std::size_t i = 0; i < held.seats.size(); ++i) seen[seen.size() - 1 - i].op.may_never_happen = true;
  }

  Stage& stage_;
  const std::int64_t user_;
  HttpClient http_;
  std::mt19937 random_;
  std::vector<std::string> tokens_;
  std::vector<std::vector<Held>> held_;
  std::optional<Forgotten> forgotten_;  // the first hold; no client asks for it until it is over
};

// Holds of requests whose answer was not read: the event feed lists every hold.
void add_unread_holds(Stage& stage, std::vector<UnreadHold> unread, const std::set<std::int64_t>& granted,
                      std::vector<Seen>& seen) {
  for (const auto& event : all_events(stage.sale.http(), stage.sale.admin_token())) {
    if (event.at("type").as_string() != "reservation.created") continue;
    const auto& data = event.at("data").as_object();
    const std::int64_t reservation = data.at("reservationId").as_int64(), concert = data.at("concertId").as_int64();
    if (granted.contains(reservation) || concert < stage.concerts.front().id) continue;
    std::vector<std::int64_t> seats;
    for (const auto& seat : data.at("seats").as_array()) seats.push_back(seat.at("seatId").as_int64());
    const auto from = std::ranges::find_if(unread, [&](const UnreadHold& hold) {
      return stage.concerts[hold.history].id == concert && hold.user == data.at("userId").as_int64() && hold.seats == seats;
    });
    if (from == unread.end())
      throw std::runtime_error(fmt::format("reservation {} was granted and nobody asked for it", reservation));
    for (const std::int64_t seat : seats)
      seen.push_back({from->history,
                      seat,
                      {.saw = Saw::granted, .asked = from->asked, .reservation = reservation, .may_never_happen = true},
                      time_in(data, "temporaryExpiresAt")});
    unread.erase(from);
  }
}

}  // namespace

Settings settings_for_histories() {
  Settings settings = test_settings();
  settings.hold = std::chrono::seconds{1};
  settings.max_seats_per_user = 1'000'000;
  return settings;
}

std::vector<History> record_histories(TestSale& sale, const RecorderOptions& options) {
  Stage stage{sale, {}, std::vector<std::atomic<int>>(static_cast<std::size_t>(options.histories)), options};
  for (int i = 0; i < options.histories; ++i)
    stage.concerts.push_back(sale.add_concert({.seats = options.seats, .price = 10, .has_queue = false}));
  SaleClock clock;
  clock.compare(sale.http());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 1; i <= options.clients; ++i) clients.push_back(std::make_unique<Client>(stage, i));
  all_at_once(options.clients, [&](int i) { clients[static_cast<std::size_t>(i)]->run(); });
  clock.compare(sale.http());

  std::vector<Seen> seen;
  std::vector<UnreadHold> unread;
  std::set<std::int64_t> granted;
  for (const auto& client : clients) {
    seen.insert(seen.end(), client->seen.begin(), client->seen.end());
    unread.insert(unread.end(), client->unread.begin(), client->unread.end());
    granted.insert(client->granted.begin(), client->granted.end());
  }
  add_unread_holds(stage, std::move(unread), granted, seen);
  std::vector<History> histories(stage.concerts.size());
  for (std::size_t i = 0; i < histories.size(); ++i) {
    histories[i].seats.resize(static_cast<std::size_t>(options.seats));
    histories[i].asked = std::min(options.ops, stage.asked[i].load());
  }
  for (Seen& one : seen) {
    if (one.deadline) one.op.end = clock.end(*one.deadline);
    histories[one.history].seats[static_cast<std::size_t>(one.seat - stage.concerts[one.history].first_seat)].push_back(one.op);
  }
  return histories;
}

}  // namespace frontrow::test

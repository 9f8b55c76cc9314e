// The people of the sale: they have habits, and one or two devices that know only their own answers. And an
// administrator.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "sim/service.hpp"

namespace frontrow::sim {

enum class Habit : std::uint8_t {
  honest,
  double_clicker,  // sends everything twice, with one key or without
  quitter,         // leaves, cancels, vanishes
  late_payer,      // pays between 299.9 and 300.1 s
  greedy,          // wants more seats than allowed
  broke,           // pays first, charges then
};
inline constexpr int kHabits = 6;

class Crowd {
 public:
  Crowd(Service& service, SimClock& clock, Random& random, Report& report, const SaleModel& model);

  // One action of one person.
  void act();
  // The replies will never come: each person tries again, or does not.
  void lose_replies();
  void open_sale();  // makes the first concert
  std::optional<TimePoint> next_appointment() const;
  // The command just sent must be decided at this very moment.
  bool is_urgent() { return std::exchange(is_urgent_, false); }
  // No new people come; people in the queues poll at the given interval, until nobody waits who may still get a seat.
  void stop_buying();
  bool poll_as_told();

 private:
  bool may_have_a_seat(ConcertId concert) const;
  struct Place {
    std::string token;
    Ticket ticket;
    TicketStatus status = TicketStatus::waiting;
    TimePoint next_poll{};
  };
  struct Held {
    ReservationId id;
    ConcertId concert;
    TimePoint until;
  };
  struct SeatView {
    std::int64_t version = 0;
    std::vector<SeatMap::Shown> seats;
  };
  struct Device {
    UserId user;
    Habit habit = Habit::honest;
    std::map<ConcertId, Place> places;
    std::vector<Held> holds;
    std::vector<ReservationId> old_holds;  // over or paid; a person may still use them
    std::map<ScheduleId, SeatView> views;
    std::map<ConcertId, std::string> old_tokens;
    std::optional<std::int64_t> last_key;  // for a charge
    std::map<std::uint64_t, Attempt> under_way;
  };
  using Appointments = std::multimap<TimePoint, std::function<void()>>;

  void act(Device& device);
  void act_inside(Device& device, ConcertId concert, Place& place);
  void act_on_hold(Device& device, const Held& held);
  void administer();
  void patch_concert(ConcertId concert);
  void edit_schedule(ConcertId concert);

  void send(Device& device, Attempt attempt);
  void send_once(Device& device, const Attempt& attempt);
  void replied(Device& device, const Attempt& attempt, const Reply& reply);
  void try_again(Device& device, Attempt attempt, int percent);
  void expect_a_fight(Device& owner, const Attempt& attempt, const Reservation& held);
  void seen(Device& device, const Attempt& attempt, const Reply& reply);

  void join(Device& device, ConcertId concert);
  void look(Device& device, ConcertId concert, const Place& place);
  void hold(Device& device, ConcertId concert, const Place& place);
  void pay(Device& device, ReservationId reservation, ConcertId concert);
  void charge(Device& device);

  bool chance(int percent) { return random_.below(100) < static_cast<std::uint64_t>(percent); }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  template <class Container>
  auto& any_of(Container& container) {
    return *std::next(container.begin(), static_cast<std::ptrdiff_t>(random_.below(container.size())));
  }
  std::optional<std::int64_t> maybe_key(int percent);
  ConcertId some_concert();
  ScheduleId some_schedule(ConcertId concert);
  void at(TimePoint time, std::function<void()> what) { appointments_.emplace(time, std::move(what)); }

  Service& service_;
  SimClock& clock_;
  Random& random_;
  Report& report_;
  const SaleModel& model_;
  std::vector<Device> devices_;
  Device administrator_;
  Appointments appointments_;
  std::uint64_t next_attempt_ = 0;
  std::int64_t next_key_ = 1;
  bool is_buying_ = true;
  bool is_urgent_ = false;
  std::int64_t concerts_made_ = 0;
};

}  // namespace frontrow::sim

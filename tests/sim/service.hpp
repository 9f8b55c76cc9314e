// The steps the HTTP handlers take, without HTTP: read the ticket, ask the waiting room, refuse at the door, submit the command, render.
// Keep in step with src/api/queue.cpp, seat.cpp, reservation.cpp, payment.cpp, point.cpp, concert_admin.cpp and
// schedule_admin.cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/queue/ticket_mint.hpp"
#include "base/random.hpp"
#include "sim/process.hpp"

namespace frontrow::sim {

// A request. Sent again as it is, it is the same request.
struct Attempt {
  enum class Kind : std::uint8_t { join, status, leave, look, hold, pay, cancel, charge, create, add_schedules, patch, move_date, reprice } kind;
  UserId user = {};  // none: the administrator
  ConcertId concert = {};
  ScheduleId schedule = {};
  std::vector<SeatId> seats = {};
  ReservationId reservation = {};
  Points amount = {};
  std::string token = {};
  std::optional<std::int64_t> since = {};  // of a look
  ConcertPlan plan = {};
  ConcertPatch patch = {};
  TimePoint starts_at = {};            // of a date that is moved
  std::vector<SeatPrice> prices = {};  // of a reprice
  std::optional<std::int64_t> key = {};  // Idempotency-Key
  int tries = 0;
};

struct Reply {
  std::optional<ErrorCode> refused = {};
  bool is_lost = false;
  // join and status
  std::string token = {};
  Ticket ticket = {};
  TicketView view = {};
  // hold
  Reservation reservation = {};
  // look
  SeatMap::Stamp stamp = {};
  bool is_full = true;
  std::vector<SeatMap::Shown> seats = {};
  // cancel, pay and the rest: nothing anybody acts on
};

class Service {
 public:
  using Done = std::function<void(Reply)>;
  Service(const Rules& rules, SimClock& clock, Metrics& metrics, Random& random, Report& report, Auditor& auditor, const Plant& plant,
          const TicketMint& mint)
      : rules_(rules), clock_(clock), metrics_(metrics), random_(random), report_(report), auditor_(auditor), plant_(plant), mint_(mint) {}

  void connect(Process* process) { process_ = process; }
  void send(const Attempt& attempt, Done done);
  // What a device has on its screen, just after it looked.
  void shown(ScheduleId schedule, const SeatMap::Stamp& stamp, const std::vector<SeatMap::Shown>& seats) {
    auditor_.seats_shown(schedule, stamp, seats, clock_.now());
  }

 private:
  void join(const Attempt& attempt, Done done);
  void status(const Attempt& attempt, Done done);
  void leave(const Attempt& attempt, Done done);
  void look(const Attempt& attempt, Done done);
  void hold(const Attempt& attempt, Done done);
  void pay(const Attempt& attempt, Done done);
  void cancel(const Attempt& attempt, Done done);
  void charge(const Attempt& attempt, Done done);
  void administer(const Attempt& attempt, Done done);

  TicketView look_at(ConcertQueue& queue, const Ticket& ticket);
  std::optional<Refusal> refuse_entry(ConcertQueue& queue, const Ticket& ticket, Purpose purpose);
  std::optional<Refusal> refuse_at_the_door(const HoldRequest& hold, const CatalogPicture& picture, TimePoint now);

  // `make` builds the command from its Done; `render` makes the reply and `text` what the auditor compares.
  template <class C, class Make, class Text, class Answer>
  void commit(CommandClass command_class, Op op, Done done, Make make, Text text, Answer answer);

  const Rules& rules_;
  SimClock& clock_;
  Metrics& metrics_;
  Random& random_;
  Report& report_;
  Auditor& auditor_;
  const Plant& plant_;
  const TicketMint& mint_;
  Process* process_ = nullptr;
};

std::string describe(const Attempt& attempt);

}  // namespace frontrow::sim

// The steps of the HTTP handlers, without HTTP: read the ticket, ask the waiting room, refuse early, submit the
// command, render. Must be kept in step with src/api/queue.cpp, seat.cpp, reservation.cpp, payment.cpp, point.cpp,
// concert_admin.cpp and schedule_admin.cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/queue/ticket_mint.hpp"
#include "base/random.hpp"
#include "sim/process.hpp"

namespace frontrow::sim {

// A request. A second sending of the same object is the same request.
struct Attempt {
  enum class Kind : std::uint8_t {
    join,
    status,
    leave,
    look,
    hold,
    pay,
    cancel,
    charge,
    create,
    add_schedules,
    patch,
    move_date,
    reprice
  } kind;
  UserId user = {};  // none: the administrator
  ConcertId concert = {};
  ScheduleId schedule = {};
  std::vector<SeatId> seats = {};
  ReservationId reservation = {};
  Points amount = {};
  std::string token = {};
  std::optional<std::int64_t> since = {};  // for a look
  ConcertPlan plan = {};
  ConcertPatch patch = {};
  TimePoint starts_at = {};              // for a moved date
  std::vector<SeatPrice> prices = {};    // for a price list
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
  // cancel, pay and the rest: the device does not act on their answers
};

class Service {
 public:
  using Done = std::function<void(Reply)>;
  Service(const Rules& rules, SimClock& clock, Metrics& metrics, Random& random, Report& report, Auditor& auditor,
          const Plant& plant, const TicketMint& mint)
      : rules_(rules),
        clock_(clock),
        metrics_(metrics),
        random_(random),
        report_(report),
        auditor_(auditor),
        plant_(plant),
        mint_(mint) {}

  void connect(Process* process) { process_ = process; }
  void send(const Attempt& attempt, Done done);
  // The screen of a device after it has read the map.
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

  void ask_of_payments(ConcertQueue& queue, const Ticket& ticket);
  TicketView look_at(ConcertQueue& queue, const Ticket& ticket);
  std::optional<Refusal> refuse_entry(ConcertQueue& queue, const Ticket& ticket, Purpose purpose);
  std::optional<Refusal> refuse_at_the_door(const HoldRequest& hold, const CatalogPicture& picture, TimePoint now);

  // `make` builds the command around its Done; `render` makes the reply, and `text` the auditor's form of it.
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

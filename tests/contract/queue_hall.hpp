// A concert's queue with everything behind it that a profile has, the store included, and without HTTP. Each step does what the
// request of that name does; the test moves the time and plays the people.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/concert.hpp"
#include "app/commit/commits.hpp"
#include "app/live/catalog.hpp"
#include "app/queue/public_queue.hpp"
#include "metrics/metrics.hpp"
#include "ports/store.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/wait.hpp"

namespace frontrow::test {

// One server: `run` decides the submitted commands, as often as it returns true.
class Pod {
 public:
  virtual ~Pod() = default;
  virtual const Catalog& catalog() = 0;
  virtual Commits& commits() = 0;
  virtual bool run() = 0;
  // One pass of the loops that run five times a second, ticks apart.
  virtual void loops() = 0;
};

class QueueHall {
 public:
  virtual ~QueueHall() = default;

  // A sale of one date with so many seats. First.
  void open(const QueueSettings& settings, int seats = 2'000, const BookingWindow& booking = {});

  // A person. Requests go to the pods in turn.
  Result<Ticket> try_join(std::int64_t user, const std::optional<ShownPass>& pass = {});
  Ticket join(std::int64_t user);
  TicketView poll(const Ticket& ticket);
  TicketStatus status(const Ticket& ticket) { return poll(ticket).status; }
  std::optional<ErrorCode> refusal(const Ticket& ticket, Purpose purpose);
  Result<ReservationId> hold(const Ticket& ticket);  // the next seat that no user has held
  void pay(const Ticket& ticket, ReservationId reservation);
  void buy(const Ticket& ticket);
  void give_back(const Ticket& ticket, ReservationId reservation);
  void leave(const Ticket& ticket);
  QueueCounts counts() { return queue().counts(); }

  // Time passes; every fifth of a second the loops run. `each` is called after each of them.
  void wait(Duration time, const std::function<void()>& each = [] {}) { pass(time, std::chrono::milliseconds{200}, each); }
  // The same with one loop a second, for waits of minutes.
  void wait_long(Duration time, const std::function<void()>& each = [] {}) { pass(time, std::chrono::seconds{1}, each); }
  void patch(const ConcertPatch& patch);
  void configure(const QueueSettings& settings) { patch({.queue = settings}); }

  // Every pod dies and comes back with the stored rows.
  virtual void restart() = 0;
  virtual std::vector<std::string> broken_rules() = 0;
  // Only where the queue is a row of a database: another session keeps it locked while the answer lives.
  virtual std::shared_ptr<void> lock_queue() { return nullptr; }

  ManualClock clock;
  double unit = 0;  // of the jitter
  QueueLimits limits;

 protected:
  void pass(Duration time, Duration step, const std::function<void()>& each);
  virtual std::vector<Pod*> pods() = 0;
  // Everything that was asked has been decided.
  void settle();
  void next_pod(UserId user);
  // Runs what `ask(done)` asks for.
  template <class Outcome, class Ask>
  Result<Outcome> outcome_of(Ask ask);
  Pod& pod() { return *pods()[static_cast<std::size_t>(turn_) % pods().size()]; }
  PublicQueue& queue();

  ConcertId concert_;
  ScheduleId schedule_;
  std::vector<SeatId> seats_;
  std::size_t next_seat_ = 0;
  std::int64_t turn_ = 0;
  std::map<UserId, TimePoint> asked_at_;
  Metrics step_metrics_;
};

struct HallKind {
  std::string name;
  std::function<std::unique_ptr<QueueHall>()> make;
  friend std::ostream& operator<<(std::ostream& out, const HallKind& kind) { return out << kind.name; }
};

std::unique_ptr<QueueHall> embedded_hall();
// `pods` of a cluster on the started MariaDB and Redis. With a delay, Redis answers so much later than it does, and a pod waits for
// it as long as a pod in production does.
std::unique_ptr<QueueHall> cluster_hall(int pods, Duration redis_delay = {});

// Cluster only: the memory beside the store is gone, until it is back or for a moment.
struct BesideTheStore {
  static inline bool is_away = false;
  static void forget();  // FLUSHALL
};

}  // namespace frontrow::test

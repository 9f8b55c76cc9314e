// The queues of a pod, and the loop that keeps them up to date. The loop publishes the commits of this pod, reads those of other
// pods, publishes when people were last seen, and names tickets whose time may be over. Boards go through the board port; if that
// is away, or a board is older than a second, the row is read in the store. Only queues that a client has lately asked about cost
// anything.
#pragma once

#include <condition_variable>
#include <map>
#include <stop_token>
#include <vector>

#include "app/commit/commits.hpp"
#include "app/commit/readers.hpp"
#include "app/queue/end_stays.hpp"
#include "app/queue/shared_queue.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace frontrow {

class SharedRooms {
 public:
  struct Ports {
    QueueBoards& boards;
    Presence& presence;
    QueueReader& reader;
  };
  SharedRooms(std::int64_t pod, const Ports& ports, Commits& rooms, Commits& commits, const Clock& clock);

  // Reads of tickets go through these threads, from then on.
  void set_readers(Readers& readers) { readers_ = &readers; }
  // Any thread. The concerts whose queues somebody has lately asked about, or that this pod ticks: only these are worth a tick.
  std::vector<ConcertId> followed_concerts();
  // Any thread. The queue of a concert, made when it is new.
  std::shared_ptr<SharedQueue> queue(const Concert& concert, const QueueLimits& limits);
  // False while boards cannot be asked for.
  bool is_up() const { return is_up_.load(std::memory_order_relaxed); }

  void run(std::stop_token stop);
  // For `run`, and for tests; one thread. One round of everything that is due.
  void run_once();

 private:
  using Queues = std::vector<std::shared_ptr<SharedQueue>>;
  // The state of a queue that this pod ticks.
  struct Watch {
    std::string memory;  // of presence, as it was named last
    TimePoint since{};   // presence has been kept without a gap since
    UnderWay ending{};
    TicketNumber named_upto{};  // the next people inside to be named are those above it
  };

  bool read_ticket(SharedQueue& queue, const Ticket& ticket, QueueMeans::Read& done);
  TimePoint last_seen(const Ticket& ticket, TimePoint now);  // by any pod; `now` where it cannot be known
  Queues followed(TimePoint now);
  void drop(const SharedQueue& queue);
  void publish(const Queues& queues, TimePoint now);
  void refresh(const Queues& queues, TimePoint now);
  void read_left(const Queues& queues);
  void tell_presence(const Queues& queues, TimePoint now);
  void end_stays(SharedQueue& queue, TimePoint now);
  std::vector<EndStays::Named> silent_inside(const SharedQueue& queue, Watch& watch, TimePoint now);
  template <class Work>
  bool with_boards(Work work);

  const Ports ports_;
  Commits& commits_;
  const Clock& clock_;
  QueueMeans means_;
  Readers* readers_ = nullptr;
  std::atomic<bool> is_up_{true};

  // the loop's:
  TimePoint next_refresh_{}, next_left_{}, next_second_{}, presence_up_at_{};
  std::map<ConcertId, Watch> watched_;

  Mutex mutex_;
  std::condition_variable_any woken_;
  bool is_woken_ GUARDED_BY(mutex_) = false;
  std::map<ConcertId, std::shared_ptr<SharedQueue>> queues_ GUARDED_BY(mutex_);
  std::map<ConcertId, std::shared_ptr<SharedQueue>> followed_ GUARDED_BY(mutex_);
};

}  // namespace frontrow

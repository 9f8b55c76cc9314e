// The stream of new holds as a delay line: the message of a hold waits at the head of its partition until the hold is
// due. Then its reservation is named to the code that ends holds. The offset is committed after that is settled.
//
// The line only names. The order of a partition is a hint (after a change of a setting a later hold may end first), and
// a sweep over due holds is the guarantee. Nothing sleeps per message and nothing blocks: a partition with enough
// waiting messages is paused, and polling goes on, so that the group keeps this consumer.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/mutex.hpp"
#include "metrics/metrics.hpp"
#include "ports/event_stream.hpp"
#include "workers/event_json.hpp"
#include "workers/seen_events.hpp"

namespace frontrow {

class DelayLine {
 public:
  // Ends the named reservations that are due. Calls back exactly once, from any thread, even after the line is
  // destroyed: true if they are settled, false if they have to be named again.
  using Done = std::function<void(bool is_settled)>;
  using OnDue = std::function<void(std::vector<ReservationId> due, Done done)>;

  // In a partition; then it is paused until half of them are settled.
  static constexpr std::size_t kWaiting = 2'000;
  static constexpr std::size_t kNamedAtOnce = 250;                // in a partition; one such group is under way at a time
  static constexpr std::size_t kUnreadable = 16;                  // in a partition: these are kept whole, so only a few
  static constexpr Duration kRetry{500};                          // pause after a reservation could not be settled
  static constexpr Duration kLongestHold = std::chrono::days{1};  // the upper bound of the setting hold-seconds

  // A message that cannot be read goes to `dead_letters`, with its origin and the reason.
  DelayLine(EventConsumer& consumer, EventPublisher& dead_letters, const Clock& clock, Metrics& metrics, OnDue on_due);

  // One round, to be repeated by one thread. Waits at most `wait` for messages, less if a hold becomes due. Throws
  // Unavailable if the stream cannot be followed.
  void run_once(Duration wait);

 private:
  struct PendingHold {
    std::int64_t offset = 0;
    TimePoint due;                   // an unreadable message is due at once
    ReservationId reservation = {};  // none: the message is unreadable
    int seq = 0;
    std::unique_ptr<ReceivedMessage> unreadable = {};
  };
  struct Lane {  // one partition
    std::deque<PendingHold> waiting;
    std::size_t unreadable = 0;  // among the waiting messages
    std::size_t under_way = 0;   // among the waiting messages, from the front: named, not settled
    std::int64_t next = 0;       // the offset to be committed: all messages below it are settled; 0: none yet
    std::uint64_t run = 0;       // tells this lane's outcomes from those of an earlier lane of the same partition
    bool is_paused = false;
    TimePoint not_before{};

    bool is_full() const { return waiting.size() >= kWaiting || unreadable >= kUnreadable; }
  };
  struct Outcome {
    int partition;
    std::uint64_t run;
    bool is_settled;
  };
  struct Mailbox {
    Mutex mutex;
    std::vector<Outcome> outcomes GUARDED_BY(mutex);
  };

  void settle_outcomes();
  void settle(int partition, Lane& lane);
  void take(ReceivedMessage message);
  void name_due(int partition, Lane& lane);
  bool put_aside_unreadable(Lane& lane, std::size_t count);
  void keep_flowing(int partition, Lane& lane);
  Duration pause_until_due(Duration wait) const;
  void observe();
  void commit_lost_again();

  EventConsumer& consumer_;
  EventPublisher& dead_letters_;
  const Clock& clock_;
  Metrics& metrics_;
  const OnDue on_due_;
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::map<int, Lane> lanes_;
  SeenEvents settled_;
  std::uint64_t runs_ = 0;
  TimePoint observe_at_{};
  TimePoint ask_lag_at_{};
  std::vector<PartitionLag> lag_;  // the broker's last answer
};

}  // namespace frontrow

// The stream of new holds as a delay line: a hold's message waits at the head of its partition until the hold's end is due. Then
// the reservation is named to whoever ends holds, and only after that has been done its offset is committed.
//
// It only names. The order of a partition is a hint (a changed setting makes a later hold end first), and a sweep over due holds
// stands behind it. Nothing sleeps per message and nothing blocks: partitions that have enough waiting are paused, and polling goes
// on, so that the group keeps us.
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
  // Due reservations, to be ended if they still have to be. Calls back exactly once, from any thread, even when the line is gone:
  // true when that is settled, false when they have to be named again.
  using Done = std::function<void(bool is_settled)>;
  using OnDue = std::function<void(std::vector<ReservationId> due, Done done)>;

  static constexpr std::size_t kWaiting = 2'000;                  // of a partition; then it is paused, until half of them have gone
  static constexpr std::size_t kNamedAtOnce = 250;                // of a partition; one lot is under way at a time
  static constexpr std::size_t kUnreadable = 16;                  // of a partition: they are kept whole, so few
  static constexpr Duration kRetry{500};                          // after something could not be settled
  static constexpr Duration kLongestHold = std::chrono::days{1};  // what the setting hold-seconds allows at most

  // What nobody can read goes to `dead_letters`, with where it came from and why.
  DelayLine(EventConsumer& consumer, EventPublisher& dead_letters, const Clock& clock, Metrics& metrics, OnDue on_due);

  // One round; to be called again and again, by one thread. Waits at most `wait` for messages, less when something falls due.
  // Throws Unavailable when the stream cannot be followed.
  void run_once(Duration wait);

 private:
  struct Waiting {
    std::int64_t offset = 0;
    TimePoint due;                   // of an unreadable one: at once
    ReservationId reservation = {};  // none: unreadable
    int seq = 0;
    std::unique_ptr<ReceivedMessage> unreadable = {};
  };
  struct Lane {  // one partition
    std::deque<Waiting> waiting;
    std::size_t unreadable = 0;  // of those waiting
    std::size_t under_way = 0;   // of those waiting, from the front: named, not settled
    std::uint64_t run = 0;       // tells an outcome of this lane from one of the same partition before it was taken away
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
  std::vector<PartitionLag> lag_;  // as last asked
};

}  // namespace frontrow

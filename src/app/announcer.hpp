// Tells the stream who was let in (queue.activated). Beside the queue and best effort: nobody waits for it, and when the stream
// stays away the oldest are dropped, and counted.
#pragma once

#include <deque>
#include <mutex>
#include <string_view>

#include "metrics/metrics.hpp"
#include "ports/event_stream.hpp"
#include "ports/store.hpp"

namespace frontrow {

class Announcer {
 public:
  static constexpr std::size_t kWaiting = 10'000;
  static constexpr std::size_t kAtOnce = 1'000;

  Announcer(EventPublisher& publisher, Metrics& metrics) : publisher_(publisher), metrics_(metrics) {}

  // Of an event of type queue_activated. From any thread; never waits for the stream.
  void announce(const Event& activated, std::string_view traceparent = {});
  // Publishes what has gathered; by one thread. Returns whether there was anything. Throws Unavailable; what was not delivered
  // stays.
  bool run_once();

 private:
  void put_back(std::vector<Message> messages);

  EventPublisher& publisher_;
  Metrics& metrics_;
  std::mutex mutex_;
  std::deque<Message> waiting_;  // protected by mutex_
};

}  // namespace frontrow

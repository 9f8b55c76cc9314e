// A stream in memory that a test fills and reads: the test can refuse published messages, and choose the messages that
// a poll gives.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "ports/event_stream.hpp"
#include "ports/unavailable.hpp"

namespace frontrow::test {

class MemoryPublisher final : public EventPublisher {
 public:
  std::vector<bool> publish(std::span<const Message> messages, Duration) override {
    ++calls;
    if (is_away) throw Unavailable("kafka", "away");
    std::vector<bool> results;
    for (const Message& message : messages) {
      const bool is_accepted = !refuses || !refuses(message);
      if (is_accepted) published.push_back(message);
      results.push_back(is_accepted && !(forgets_to_acknowledge && forgets_to_acknowledge(message)));
    }
    return results;
  }

  bool is_away = false;
  std::function<bool(const Message&)> refuses;
  std::function<bool(const Message&)> forgets_to_acknowledge;  // the message is stored, but the relay gets no acknowledgement
  int calls = 0;
  std::vector<Message> published;
};

class MemoryConsumer final : public EventConsumer {
 public:
  Polled poll(std::size_t limit, Duration wait) override {
    waits.push_back(wait);
    Polled polled{.messages = {}, .revoked = std::exchange(revoked, {})};
    for (auto at = waiting.begin(); at != waiting.end() && polled.messages.size() < limit;) {
      if (paused.contains(at->partition)) {
        ++at;
        continue;
      }
      polled.messages.push_back(*at);
      at = waiting.erase(at);
    }
    return polled;
  }
  void pause(int partition) override { paused.insert(partition); }
  void resume(int partition) override { paused.erase(partition); }
  void commit(int partition, std::int64_t next) override { committed[partition] = next; }
  std::vector<PartitionLag> lag() override { return lags; }

  // Appends to a partition; returns the offset.
  std::int64_t add(int partition, std::string payload) {
    const std::int64_t offset = ends[partition]++;
    waiting.push_back({.topic = "t", .partition = partition, .offset = offset, .key = "k", .payload = std::move(payload)});
    return offset;
  }

  std::deque<ReceivedMessage> waiting;
  std::map<int, std::int64_t> ends, committed;
  std::set<int> paused;
  std::vector<int> revoked;  // the next poll reports them
  std::vector<PartitionLag> lags;
  std::vector<Duration> waits;
};

}  // namespace frontrow::test

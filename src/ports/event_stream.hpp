// The stream of events for other programs and for our own expiry: topics of partitions, each an ordered log. It carries
// bytes; workers/event_json knows their meaning.
//
// Errors: a stream that cannot be reached throws Unavailable("kafka"). Nothing here blocks for much longer than the
// wait it was given.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace frontrow {

inline constexpr std::string_view kDeadLetterTopic = "frontrow.dead-letter";

struct Message {
  std::string topic;
  std::string key;  // messages of one key share a partition, and so their order
  std::string payload;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// For one thread at a time; each publishing thread has its own publisher.
class EventPublisher {
 public:
  virtual ~EventPublisher() = default;
  // Returns when the result of every message is known, or when `wait` has passed. [i] is true if message i is stored on
  // all required replicas. False means that it may be stored or not, so it must be published again. Within a partition
  // messages are stored in the given order, except refused ones: so publish a message only after the one before it was
  // delivered, if order matters. Throws Unavailable if none was delivered.
  virtual std::vector<bool> publish(std::span<const Message> messages, Duration wait) = 0;
};

struct ReceivedMessage {
  std::string topic;
  int partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::string payload;
};

// The result of a poll. Partitions that were taken away may come back later, from their committed offset on.
struct Polled {
  std::vector<ReceivedMessage> messages = {};
  std::vector<int> revoked = {};
};

struct PartitionLag {
  int partition = 0;
  std::int64_t committed = 0;  // offset of the first uncommitted message
  std::int64_t end = 0;        // one past the last
};

// A member of a group that shares the partitions of one topic. For one thread at a time.
class EventConsumer {
 public:
  virtual ~EventConsumer() = default;
  // At most `limit` messages; waits at most `wait` for the first. Must be called at least every max-poll-interval, even
  // with every partition paused: a member that stops polling is removed from its group.
  virtual Polled poll(std::size_t limit, Duration wait) = 0;
  // Until resumed, polls bring no message of this partition. A newly given partition is not paused.
  virtual void pause(int partition) = 0;
  virtual void resume(int partition) = 0;
  // All messages below `next` have had their effect. Does not wait; if a commit is lost, messages come twice.
  virtual void commit(int partition, std::int64_t next) = 0;
  // For this member's partitions. Asks the broker, so call it only every few seconds. Empty if it does not answer soon.
  virtual std::vector<PartitionLag> lag() = 0;
};

}  // namespace frontrow

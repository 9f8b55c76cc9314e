// The stream by which other programs, and our own expiry, hear of events: topics of partitions, each an ordered log. It carries
// bytes; what they say is for workers/event_json.
//
// Errors: a stream that cannot be reached throws Unavailable("kafka"). Nothing here blocks for longer than the wait it was given,
// and a little.
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
  std::string key;  // messages of one key share a partition, and so an order
  std::string payload;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// One thread at a time; whoever publishes has a publisher of their own.
class EventPublisher {
 public:
  virtual ~EventPublisher() = default;
  // Returns when the fate of every message is known, or `wait` has passed. [i] says that message i is on the disks it is meant to
  // be on; false: it may be there or not, so publish it again. Stored in the order given within a partition, but for those that
  // were refused: whoever wants to be sure publishes a message only when the one that has to be before it was delivered. Throws
  // Unavailable when not one was delivered.
  virtual std::vector<bool> publish(std::span<const Message> messages, Duration wait) = 0;
};

struct ReceivedMessage {
  std::string topic;
  int partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::string payload;
};

// What a poll has brought. Partitions that were taken away may be given back later, from their committed offset on.
struct Polled {
  std::vector<ReceivedMessage> messages = {};
  std::vector<int> revoked = {};
};

struct PartitionLag {
  int partition = 0;
  std::int64_t committed = 0;  // offset of the first message not committed
  std::int64_t end = 0;        // one past the last
};

// A member of a group that shares the partitions of one topic. One thread at a time.
class EventConsumer {
 public:
  virtual ~EventConsumer() = default;
  // At most `limit` messages; waits at most `wait` for the first. Has to be called at least every max-poll-interval, even with
  // every partition paused: a member that stops polling is put out of its group.
  virtual Polled poll(std::size_t limit, Duration wait) = 0;
  // Until resumed, polls bring nothing of this partition. One that is given anew is not paused.
  virtual void pause(int partition) = 0;
  virtual void resume(int partition) = 0;
  // Everything below `next` has had its effect. Does not wait; a commit that is lost leads to messages that come twice.
  virtual void commit(int partition, std::int64_t next) = 0;
  // Of the partitions this member has. Asks the broker: for once in a few seconds. Empty when it does not answer soon.
  virtual std::vector<PartitionLag> lag() = 0;
};

}  // namespace frontrow

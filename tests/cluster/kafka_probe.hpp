// Reads the broker beside the code under test, with kcat: so that another program reads the messages that we write.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/kafka/settings.hpp"

namespace frontrow::test {

kafka::KafkaSettings broker();
// A name that no other test uses.
std::string fresh_name(const std::string& begin);
// Makes a new topic whose name begins so, and waits for its leaders.
std::string fresh_topic(const std::string& begin, int partitions = 1);

struct Stored {
  int partition = 0;
  std::int64_t published_at = 0;  // milliseconds, the publisher's time
  std::string key;
  std::string payload;
  std::string headers;  // name=value,…
};
// All present messages of a topic, by partition and offset.
std::vector<Stored> stored_in(const std::string& topic);
// The offset of the next message in a topic's first partition.
std::int64_t end_of(const std::string& topic);
// The number of a topic's partitions; 0 if there is no such topic.
int partitions_of(const std::string& topic);

}  // namespace frontrow::test

// Looks at the broker beside the code under test: with kcat, so that what we write is read by somebody else's program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/kafka/settings.hpp"

namespace frontrow::test {

kafka::KafkaSettings broker();
// A name no other test has.
std::string fresh_name(const std::string& begin);
// A new topic of that beginning, there and led.
std::string fresh_topic(const std::string& begin, int partitions = 1);

struct Stored {
  int partition = 0;
  std::int64_t published_at = 0;  // milliseconds, by the publisher
  std::string key;
  std::string payload;
  std::string headers;  // name=value,…
};
// Everything in a topic now, by partition and offset.
std::vector<Stored> stored_in(const std::string& topic);
// The offset the next message of a topic's first partition will have.
std::int64_t end_of(const std::string& topic);
// Partitions of a topic; 0 when it is not there.
int partitions_of(const std::string& topic);

}  // namespace frontrow::test

// Makes the topics there have to be.
#pragma once

#include <span>
#include <string>

#include "adapters/kafka/settings.hpp"

namespace frontrow::kafka {

// Creates those that are missing, with the partitions and the replication factor of the settings, and returns when each has its
// leaders. Any number may do so at once. Topics that are there stay as they are. Throws Unavailable when no broker answers within
// the connect timeout, KafkaRefused when a right is missing or the settings cannot be had.
void ensure_topics(const KafkaSettings& settings, std::span<const std::string> names);

}  // namespace frontrow::kafka

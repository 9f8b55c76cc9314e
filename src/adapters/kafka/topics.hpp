// Makes missing topics.
#pragma once

#include <span>
#include <string>

#include "adapters/kafka/settings.hpp"

namespace frontrow::kafka {

// Creates missing topics, with the partitions and the replication factor of the settings, and returns when each
// partition has a leader. Any number of pods may call it at once. Existing topics stay as they are. Throws Unavailable
// if no broker answers within the connect timeout, KafkaRefused if a right is missing or the settings are impossible.
void ensure_topics(const KafkaSettings& settings, std::span<const std::string> names);

}  // namespace frontrow::kafka

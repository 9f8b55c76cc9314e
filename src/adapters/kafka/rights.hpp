// Asked once, when a pod starts: what would otherwise be a warning of its loops, again and again.
#pragma once

#include <string>

#include "adapters/kafka/settings.hpp"

namespace frontrow::kafka {

// May we follow `topic` in our group, and write to any topic at all? What the brokers only tell when it is tried, that is whether each
// of our topics may be written to, the relay hears. Throws KafkaRefused with one sentence; Unavailable when no broker answers.
void require_rights(const KafkaSettings& settings, const std::string& topic);

}  // namespace frontrow::kafka

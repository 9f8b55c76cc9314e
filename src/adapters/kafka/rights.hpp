// Asked once, when a pod starts: what would otherwise be a warning of its loops, again and again.
#pragma once

#include <span>
#include <string>

#include "adapters/kafka/settings.hpp"

namespace frontrow::kafka {

// May we follow `followed` in our group, and write to each of `written`? Nothing is written, committed or joined to find out, so
// any number of pods may ask while others work. Throws KafkaRefused with one sentence that names the first right that is missing,
// in the order topic to read, group, topics to write; Unavailable when one of the questions is not answered within the connect
// timeout.
void require_rights(const KafkaSettings& settings, const std::string& followed, std::span<const std::string> written);

}  // namespace frontrow::kafka

// Tests the rights once, when a pod starts. Otherwise its loops would warn about a missing right again and again.
#pragma once

#include <span>
#include <string>

#include "adapters/kafka/settings.hpp"

namespace frontrow::kafka {

// Tests whether we may read `followed` in our group, and write to each of `written`. Nothing is written, committed or
// joined for it, so any number of pods may test while others work. Throws KafkaRefused with one sentence that names the
// first missing right, in the order topic to read, group, topics to write; Unavailable if a question is not answered
// within the answer timeout.
void require_rights(const KafkaSettings& settings, const std::string& followed, std::span<const std::string> written);

}  // namespace frontrow::kafka

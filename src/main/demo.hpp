// Something to look at: three concerts of three schedules with seats 1 to 50.
#pragma once

#include "app/commit/commit_queue.hpp"
#include "domain/catalog.hpp"

namespace frontrow {

// Into an empty store. Runs the batches itself, so nobody else may be writing. Throws std::runtime_error when it fails.
void create_demo(CommitQueue& commits, const Clock& clock, const QueueSettings& queue);

}  // namespace frontrow

// A demo: three concerts of three schedules with seats 1 to 50.
#pragma once

#include "app/commit/commit_queue.hpp"
#include "domain/catalog.hpp"

namespace frontrow {

// Into an empty store. Runs the batches itself, so no other writer may be active. Throws std::runtime_error if it
// fails.
void create_demo(CommitQueue& commits, const Clock& clock, const QueueSettings& queue);

}  // namespace frontrow

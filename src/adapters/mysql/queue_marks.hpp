// The marks of the shared waiting rooms, and what is known here of their tickets.
#pragma once

#include <memory>

#include "adapters/mysql/pool.hpp"
#include "ports/queue_marks.hpp"

namespace frontrow::mysql {

// Changes marks on a session of its own; reads on the pool's. Thread safe.
std::unique_ptr<QueueMarks> open_queue_marks(const Endpoint& primary, const ConnectionSettings& settings,
                                             std::shared_ptr<Pool> readers);

}  // namespace frontrow::mysql

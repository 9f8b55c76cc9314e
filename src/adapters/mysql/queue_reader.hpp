// Opens the reads of waiting rooms on the primary.
#pragma once

#include <memory>

#include "adapters/mysql/pool.hpp"
#include "ports/queue_reader.hpp"

namespace frontrow::mysql {

std::unique_ptr<QueueReader> open_queue_reader(std::shared_ptr<Pool> readers);

}  // namespace frontrow::mysql

// What the operating system knows about this process.
#pragma once

#include <cstdint>

namespace frontrow {

// 0 where the system does not say.
std::int64_t resident_memory_bytes();

}  // namespace frontrow

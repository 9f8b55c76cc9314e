// Figures that the operating system has about this process.
#pragma once

#include <cstdint>

namespace frontrow {

// 0 if the system does not say.
std::int64_t resident_memory_bytes();

}  // namespace frontrow

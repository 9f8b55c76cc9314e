// Figures that the operating system has about this process.
#pragma once

#include <cstdint>

namespace frontrow {

// 0 if the system does not say.
std::int64_t resident_memory_bytes();

// Bytes that the allocator keeps though nothing uses them, without those that it has given back; 0 if it does not say.
std::int64_t unused_memory_bytes();
// Gives so many of them back to the system, in slices: threads that allocate wait for one slice at most.
void give_memory_back(std::int64_t bytes);

}  // namespace frontrow

// Figures that the operating system has about this process.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace frontrow {

// 0 if the system does not say.
std::int64_t resident_memory_bytes();

// Processor time of all threads since the start, and when that was read, by the steady clock.
struct ProcessorTime {
  double at_seconds = 0, used_seconds = 0;
};
ProcessorTime processor_time();

// How many cores the process may use: those that it may run on, or less where its control group has a quota.
double allowed_cores();
// The text of a control group's `cpu.max`; nothing without a quota.
std::optional<double> cores_of_quota(std::string_view text);

// Bytes that the allocator keeps though nothing uses them, without those that it has given back; 0 if it does not say.
std::int64_t unused_memory_bytes();
// Gives so many of them back to the system, in slices: threads that allocate wait for one slice at most.
void give_memory_back(std::int64_t bytes);

}  // namespace frontrow

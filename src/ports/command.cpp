#include "ports/command.hpp"

#include <span>

namespace frontrow {

Verdict decide(Command& command, WorkingSet& set) {
  const std::size_t told_before = set.events.size();
  const Verdict verdict = command.decide(set);
  if (command.traceparent.empty()) return verdict;
  for (Event& event : std::span(set.events).subspan(told_before)) event.traceparent = command.traceparent;
  return verdict;
}

}  // namespace frontrow

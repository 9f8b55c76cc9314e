#include "ports/command.hpp"

#include <span>

namespace frontrow {

Verdict decide(Command& command, WorkingSet& set) {
  const std::size_t told_before = set.events.size(), done_before = set.deeds.size();
  const Verdict verdict = command.decide(set);
  for (Deed& deed : std::span(set.deeds).subspan(done_before)) {
    deed.actor = command.actor;
    if (deed.actor.name.empty()) deed.actor.name = kTheProgram;
  }
  if (command.traceparent.empty()) return verdict;
  for (Event& event : std::span(set.events).subspan(told_before)) event.traceparent = command.traceparent;
  return verdict;
}

}  // namespace frontrow

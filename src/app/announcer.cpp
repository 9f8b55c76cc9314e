#include "app/announcer.hpp"

#include <algorithm>

#include "app/event_json.hpp"
#include "base/check.hpp"

namespace frontrow {

namespace {
constexpr Duration kWait{3'000};
}

void Announcer::announce(const Event& activated, std::string_view traceparent) {
  CHECK(activated.type == EventType::queue_activated);
  Message message = message_of({.id = {}, .event = activated, .reservation = {}}, traceparent);
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(message));
  if (waiting_.size() <= kWaiting) return;
  waiting_.pop_front();
  metrics_.events_dropped.Increment();
}

bool Announcer::run_once() {
  std::vector<Message> messages;
  {
    const std::lock_guard lock(mutex_);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kAtOnce));
    messages.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
  }
  if (messages.empty()) return false;
  try {
    const std::vector<bool> delivered = publisher_.publish(messages, kWait);
    metrics_.events_published.Increment(static_cast<double>(std::ranges::count(delivered, true)));
    std::size_t index = 0;
    std::erase_if(messages, [&](const Message&) { return delivered[index++]; });
    put_back(std::move(messages));
  } catch (...) {
    put_back(std::move(messages));
    throw;
  }
  return true;
}

// In front of what has come meanwhile, as far as there is room.
void Announcer::put_back(std::vector<Message> messages) {
  const std::lock_guard lock(mutex_);
  const std::size_t kept = std::min(messages.size(), kWaiting - std::min(waiting_.size(), kWaiting));
  metrics_.events_dropped.Increment(static_cast<double>(messages.size() - kept));
  const auto newest = messages.end() - static_cast<std::ptrdiff_t>(kept);
  waiting_.insert(waiting_.begin(), std::make_move_iterator(newest), std::make_move_iterator(messages.end()));
}

}  // namespace frontrow

#include "adapters/local/event_bus.hpp"

#include "base/boundary.hpp"

namespace frontrow::local {

void LocalEventBus::publish(EventId last) {
  const MutexLock lock(state_->mutex);
  // A subscriber that fails does not keep the news from the others.
  for (const auto& on_publish : state_->subscribers) contained("subscriber of events", [&] { on_publish(last); });
}

EventBus::Subscription LocalEventBus::subscribe(std::function<void(EventId)> on_publish) {
  const MutexLock lock(state_->mutex);
  const auto at = state_->subscribers.insert(state_->subscribers.end(), std::move(on_publish));
  // The subscription may outlive the bus: it holds the state, not the bus. Its end takes the lock, so no callback runs
  // after it.
  return {at.operator->(), [state = state_, at](void*) {
            const MutexLock removal(state->mutex);
            state->subscribers.erase(at);
          }};
}

}  // namespace frontrow::local

#include "adapters/local/event_bus.hpp"

#include "base/boundary.hpp"

namespace frontrow::local {

void LocalEventBus::publish(EventId last) {
  const MutexLock lock(state_->mutex);
  // One subscriber that fails keeps no other from the news.
  for (const auto& on_publish : state_->subscribers) contained("subscriber of events", [&] { on_publish(last); });
}

EventBus::Subscription LocalEventBus::subscribe(std::function<void(EventId)> on_publish) {
  const MutexLock lock(state_->mutex);
  const auto at = state_->subscribers.insert(state_->subscribers.end(), std::move(on_publish));
  // The subscription outlives the bus safely: it holds the state, not the bus. Taking the lock here means that once it is gone no
  // callback is running.
  return {at.operator->(), [state = state_, at](void*) {
            const MutexLock removal(state->mutex);
            state->subscribers.erase(at);
          }};
}

}  // namespace frontrow::local

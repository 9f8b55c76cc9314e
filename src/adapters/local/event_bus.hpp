// The event bus of one process: notifies its subscribers that the log has grown. They read the log themselves.
#pragma once

#include <list>

#include "base/mutex.hpp"
#include "ports/event_bus.hpp"

namespace frontrow::local {

class LocalEventBus final : public EventBus {
 public:
  void publish(EventId last) override;
  Subscription subscribe(std::function<void(EventId)> on_publish) override;

 private:
  using Subscribers = std::list<std::function<void(EventId)>>;
  struct State {
    Mutex mutex;
    Subscribers subscribers GUARDED_BY(mutex);
  };
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace frontrow::local

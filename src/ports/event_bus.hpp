// Notifies other parts of the process of new events. Publishing never blocks and never fails the sale.
#pragma once

#include <functional>
#include <memory>

#include "domain/ids.hpp"

namespace frontrow {

class EventBus {
 public:
  virtual ~EventBus() = default;
  // The log now has all committed events up to `last`. Called by the writer after the commit.
  virtual void publish(EventId last) = 0;
  // The callback runs on the publisher's thread and must only hand over. Once the subscription is destroyed it is never called.
  using Subscription = std::shared_ptr<void>;
  virtual Subscription subscribe(std::function<void(EventId)> on_publish) = 0;
};

}  // namespace frontrow

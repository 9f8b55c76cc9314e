// Tells others what the sale has done. Publishing never blocks and never fails the sale.
#pragma once

#include <functional>
#include <memory>

#include "domain/ids.hpp"

namespace frontrow {

class EventBus {
 public:
  virtual ~EventBus() = default;
  // Committed events up to and including `last` can be read from the log now. Called by the writer, after the commit.
  virtual void publish(EventId last) = 0;
  // The callback runs on the publisher's thread and must only hand over. It is called no more once the subscription is destroyed.
  using Subscription = std::shared_ptr<void>;
  virtual Subscription subscribe(std::function<void(EventId)> on_publish) = 0;
};

}  // namespace frontrow

// At most one piece of work of a kind is under way. The work owns a token: when the work is destroyed, finished or not,
// the next may begin. So no exception and no forgotten callback can block a kind for ever.
#pragma once

#include <memory>

namespace frontrow {

class UnderWay {
 public:
  using Token = std::shared_ptr<const void>;
  // Null while an earlier token lives. For one thread at a time; a token may end on any thread.
  Token begin() {
    if (!last_.expired()) return nullptr;
    auto token = std::make_shared<const char>();
    last_ = token;
    return token;
  }

 private:
  std::weak_ptr<const void> last_;
};

}  // namespace frontrow

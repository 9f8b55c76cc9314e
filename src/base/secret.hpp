// A text that must not be shown. It has no stream operator and does not turn into a string by itself: whoever needs it says
// `reveal`.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace frontrow {

class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)) {}
  std::string_view reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace frontrow

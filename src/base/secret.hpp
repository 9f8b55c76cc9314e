// A text that must not be shown. It has no stream operator and no implicit conversion to a string: a user of the text
// has to call `reveal`.
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

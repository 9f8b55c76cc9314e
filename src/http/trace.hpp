// W3C Trace Context: the trace of a request, from its traceparent header or made here, and the header of the answer.
#pragma once

#include <array>
#include <string_view>

namespace frontrow::http {

class TraceContext {
 public:
  // A new trace.
  TraceContext();
  // The sender's trace with a new span; a new trace if the header is absent or invalid (it must have the form of
  // version 00, lower-case hexadecimal, and no id of zeros only; a later version may append more).
  static TraceContext continue_from(std::string_view traceparent);

  std::string_view trace_id() const { return text().substr(3, 32); }
  bool is_continued() const { return is_continued_; }
  // 00-<trace id>-<span id>-<flags>
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  explicit TraceContext(std::nullptr_t) {}
  std::array<char, 55> text_;
  bool is_continued_ = false;  // true: it is the sender's trace
};

// The form above, checked strictly.
bool is_traceparent(std::string_view text);

}  // namespace frontrow::http

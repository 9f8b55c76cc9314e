// W3C Trace Context: who a request belongs to, from the traceparent header or drawn here, and the header that goes out with the
// answer.
#pragma once

#include <array>
#include <string_view>

namespace frontrow::http {

class TraceContext {
 public:
  // A new trace.
  TraceContext();
  // The sender's trace with a span of our own; a new trace when the header is absent or not valid (version 00 form, lower-case
  // hexadecimal, ids not all zero; versions above 00 may have more behind it).
  static TraceContext continue_from(std::string_view traceparent);

  std::string_view trace_id() const { return text().substr(3, 32); }
  bool is_continued() const { return is_continued_; }
  // 00-<trace id>-<span id>-<flags>
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  explicit TraceContext(std::nullptr_t) {}
  std::array<char, 55> text_;
  bool is_continued_ = false;  // the sender's trace
};

// The form above, checked strictly.
bool is_traceparent(std::string_view text);

}  // namespace frontrow::http

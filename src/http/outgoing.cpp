#include "http/outgoing.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace frontrow::http {

namespace {

constexpr std::string_view status_line(int status) {
  switch (status) {
    case 200: return "HTTP/1.1 200 OK\r\n";
    case 201: return "HTTP/1.1 201 Created\r\n";
    case 202: return "HTTP/1.1 202 Accepted\r\n";
    case 204: return "HTTP/1.1 204 No Content\r\n";
    case 302: return "HTTP/1.1 302 Found\r\n";
    case 304: return "HTTP/1.1 304 Not Modified\r\n";
    case 400: return "HTTP/1.1 400 Bad Request\r\n";
    case 401: return "HTTP/1.1 401 Unauthorized\r\n";
    case 403: return "HTTP/1.1 403 Forbidden\r\n";
    case 404: return "HTTP/1.1 404 Not Found\r\n";
    case 405: return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 408: return "HTTP/1.1 408 Request Timeout\r\n";
    case 409: return "HTTP/1.1 409 Conflict\r\n";
    case 412: return "HTTP/1.1 412 Precondition Failed\r\n";
    case 413: return "HTTP/1.1 413 Content Too Large\r\n";
    case 414: return "HTTP/1.1 414 URI Too Long\r\n";
    case 415: return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 421: return "HTTP/1.1 421 Misdirected Request\r\n";
    case 422: return "HTTP/1.1 422 Unprocessable Content\r\n";
    case 429: return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431: return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 503: return "HTTP/1.1 503 Service Unavailable\r\n";
    default: return {};
  }
}

// Writes text into a place that is large enough. Literals are copied without a call.
class HeadWriter {
 public:
  explicit HeadWriter(char* at) : at_(at) {}
  template <std::size_t N>
  void put(const char (&literal)[N]) {
    std::memcpy(at_, literal, N - 1);
    at_ += N - 1;
  }
  void put(std::string_view text) {
    at_ = std::copy(text.begin(), text.end(), at_);  // unlike memcpy it takes an empty view of nothing
  }
  void put(std::uint64_t number) { at_ = std::to_chars(at_, at_ + kDigits, number).ptr; }
  char* end() const { return at_; }

  static constexpr std::size_t kDigits = 20;

 private:
  char* at_;
};

void put_status_line(HeadWriter& out, int status) {
  if (const std::string_view known = status_line(status); !known.empty()) return out.put(known);
  out.put("HTTP/1.1 ");
  out.put(static_cast<std::uint64_t>(status));
  out.put(" \r\n");
}

void put_length(HeadWriter& out, std::size_t body_size, Length length) {
  switch (length) {
    case Length::said:
      out.put("\r\nContent-Length: ");
      out.put(body_size);
      break;
    case Length::chunked: out.put("\r\nTransfer-Encoding: chunked"); break;
    case Length::until_close:
    case Length::unsaid: break;
  }
  out.put("\r\n");
}

}  // namespace

void append_response_head(std::string& out, const Response& response, std::size_t body_size, const AnswerContext& context) {
  constexpr std::size_t kOwnWords = 256;  // of the lines below, the longest status line included
  const std::size_t before = out.size();
  const std::size_t most = before + kOwnWords + response.content_type.size() + context.date.size() + response.cache_control.size() +
                           context.traceparent.size() + context.cors.size() + response.headers.size();
  out.resize_and_overwrite(most, [&](char* data, std::size_t) {
    HeadWriter head(data + before);
    put_status_line(head, response.status);
    if (response.status != 204 && response.status != 304) {
      head.put("Content-Type: ");
      head.put(response.content_type);
      put_length(head, body_size, context.length);
    }
    if (!context.date.empty()) {
      head.put("Date: ");
      head.put(context.date);
      head.put("\r\n");
    }
    head.put("Cache-Control: ");
    head.put(response.cache_control);
    head.put("\r\nX-Content-Type-Options: nosniff\r\ntraceparent: ");
    head.put(context.traceparent);
    if (!context.keep_alive)
      head.put("\r\nConnection: close");
    else if (context.says_keep_alive)
      head.put("\r\nConnection: keep-alive");
    head.put("\r\n");
    head.put(context.cors);
    head.put(response.headers);
    head.put("\r\n");
    return static_cast<std::size_t>(head.end() - data);
  });
}

void Outgoing::assemble(Response&& response, const AnswerContext& context) {
  body_ = std::move(response.body);
  parts_ = std::move(response.parts);
  const std::span<const SharedBytes> parts = parts_ ? std::span(*parts_) : std::span<const SharedBytes>{};
  std::size_t size = body_.size() + response.parts_size;
  if (response.parts_size == 0)
    for (const SharedBytes& part : parts) size += part->size();
  AnswerContext said = context;
  if (response.is_unrendered && context.without_body) said.length = Length::unsaid;
  append_response_head(head_, response, size, said);
  buffers_.emplace_back(head_.data(), head_.size());
  if (context.without_body || response.status == 204 || response.status == 304) return;
  if (!body_.empty()) buffers_.emplace_back(body_.data(), body_.size());
  parts_end_ = parts.size();
  fill();
}

void Outgoing::fill() {
  for (; next_part_ < parts_end_ && buffers_.size() < kWindow; ++next_part_) {
    const std::string& part = *(*parts_)[next_part_];
    if (!part.empty()) buffers_.emplace_back(part.data(), part.size());
  }
}

void Outgoing::written(std::size_t count) {
  while (count > 0 && count >= buffers_[next_].size()) count -= buffers_[next_++].size();
  if (count > 0) buffers_[next_] += count;
  if (next_ < buffers_.size()) return;
  buffers_.clear();
  next_ = 0;
  fill();
}

void Outgoing::reset() {
  constexpr std::size_t kKept = 4096;
  if (head_.capacity() > kKept) std::string{}.swap(head_);  // an assignment would keep the memory
  head_.clear();
  std::string{}.swap(body_);
  parts_ = nullptr;
  buffers_.clear();
  next_ = next_part_ = parts_end_ = 0;
}

}  // namespace frontrow::http

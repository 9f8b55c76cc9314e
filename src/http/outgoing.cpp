#include "http/outgoing.hpp"

#include <charconv>

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

void append_status_line(std::string& out, int status) {
  const std::string_view known = status_line(status);
  if (known.empty()) {
    out += "HTTP/1.1 ";
    out += std::to_string(status);
    out += " \r\n";
  } else {
    out += known;
  }
}

}  // namespace

void append_response_head(std::string& out, const Response& response, std::size_t body_size, const AnswerContext& context) {
  append_status_line(out, response.status);
  const bool may_have_body = response.status != 204 && response.status != 304;
  if (may_have_body) {
    out += "Content-Type: ";
    out += response.content_type;
    if (context.length == Length::chunked) {
      out += "\r\nTransfer-Encoding: chunked\r\n";
    } else if (context.length == Length::until_close || context.length == Length::unsaid) {
      out += "\r\n";
    } else {
      char digits[24];
      out += "\r\nContent-Length: ";
      out.append(digits, std::to_chars(digits, digits + sizeof digits, body_size).ptr);
      out += "\r\n";
    }
  }
  if (!context.date.empty()) {
    out += "Date: ";
    out += context.date;
    out += "\r\n";
  }
  out += "Cache-Control: ";
  out += response.cache_control;
  out += "\r\nX-Content-Type-Options: nosniff\r\ntraceparent: ";
  out += context.traceparent;
  out += !context.keep_alive ? "\r\nConnection: close\r\n" : context.says_keep_alive ? "\r\nConnection: keep-alive\r\n" : "\r\n";
  out += context.cors;
  out += response.headers;
  out += "\r\n";
}

void Outgoing::assemble(Response response, const AnswerContext& context) {
  reset();
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

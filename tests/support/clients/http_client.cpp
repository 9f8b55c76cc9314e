#include "support/clients/http_client.hpp"

#include <algorithm>
#include <charconv>
#include <ostream>
#include <sstream>

namespace frontrow::test {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

bool has_body(const std::string& method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

[[noreturn]] void unexpected(const HttpResponse& response, std::string_view wanted) {
  std::ostringstream text;
  text << "the answer has no " << wanted << ": " << response;
  throw std::runtime_error(text.str());
}

}  // namespace

HttpRequest HttpRequest::with(std::string name, std::string value) const {
  HttpRequest more = *this;
  more.headers.emplace_back(std::move(name), std::move(value));
  return more;
}

std::string HttpRequest::bytes() const {
  std::string text = method + " " + target + " HTTP/1.1\r\n";
  const auto is_set = [&](std::string_view name) {
    return std::ranges::any_of(headers, [&](const auto& header) { return same_name(header.first, name); });
  };
  if (!is_set("Host")) text += "Host: localhost\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (has_body(method) && content_type && !is_set("Content-Type")) text += "Content-Type: " + *content_type + "\r\n";
  if ((has_body(method) || !body.empty()) && !is_set("Content-Length"))
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

std::string HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& header) { return same_name(header.first, name); });
  return found == headers.end() ? std::string{} : found->second;
}

boost::json::object HttpResponse::json() const {
  boost::system::error_code failed;
  auto value = boost::json::parse(body, failed);
  if (failed || !value.is_object()) unexpected(*this, "JSON object");
  return std::move(value.as_object());
}

std::int64_t HttpResponse::integer(std::string_view name) const {
  const auto object = json();
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) unexpected(*this, name);
  return value->as_int64();
}

std::string HttpResponse::text(std::string_view name) const {
  const auto object = json();
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) unexpected(*this, name);
  return std::string{value->as_string()};
}

std::ostream& operator<<(std::ostream& out, const HttpResponse& response) {
  return out << response.status << " " << response.body.substr(0, 2'000);
}

void HttpClient::connect() {
  if (socket_) return;
  socket_.emplace(port_);
  arrived_.clear();
}

void HttpClient::start(const HttpRequest& request) {
  connect();
  was_head_ = request.method == "HEAD";
  socket_->send(request.bytes());
}

HttpResponse HttpClient::send(const HttpRequest& request) {
  start(request);
  return finish();
}

HttpResponse HttpClient::finish() {
  HttpResponse response;
  const std::string status_line = take_line();
  if (!status_line.starts_with("HTTP/1.1 ") || status_line.size() < 12) throw ConnectionLost("not HTTP/1.1: " + status_line);
  std::from_chars(status_line.data() + 9, status_line.data() + 12, response.status);
  for (std::string line = take_line(); !line.empty(); line = take_line()) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) throw ConnectionLost("not a header: " + line);
    const auto value = line.find_first_not_of(' ', colon + 1);
    response.headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  }
  if (!was_head_ && response.status != 204 && response.status != 304) {
    if (response.header("Transfer-Encoding") == "chunked")
      response.body = take_chunked();
    else if (const auto length = response.header("Content-Length"); !length.empty())
      response.body = take(std::stoull(length));
  }
  if (same_name(response.header("Connection"), "close")) disconnect();
  return response;
}

void HttpClient::read_more() {
  if (!socket_) throw ConnectionLost("not connected");
  const std::string bytes = socket_->receive();
  if (bytes.empty()) {
    disconnect();
    throw ConnectionLost("closed before the answer was complete");
  }
  arrived_ += bytes;
}

std::string HttpClient::take(std::size_t count) {
  while (arrived_.size() < count) read_more();
  std::string taken = arrived_.substr(0, count);
  arrived_.erase(0, count);
  return taken;
}

std::string HttpClient::take_line() {
  std::size_t end = 0;
  while ((end = arrived_.find("\r\n")) == std::string::npos) read_more();
  std::string line = take(end);
  take(2);
  return line;
}

std::string HttpClient::take_chunked() {
  std::string body;
  for (;;) {
    const std::size_t size = std::stoull(take_line(), nullptr, 16);
    body += take(size);
    take(2);
    if (size == 0) return body;
  }
}

}  // namespace frontrow::test

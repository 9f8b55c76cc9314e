// A small HTTP/1.1 client for tests: one connection, kept alive, JSON in and out. It never repeats a request.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/clients/socket.hpp"

namespace frontrow::test {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::string body = {};
  HttpHeaders headers = {};
  std::optional<std::string> content_type = "application/json";  // for POST, PUT and PATCH

  HttpRequest with(std::string name, std::string value) const;  // adds a header
  std::string bytes() const;
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers = {};
  std::string body = {};

  std::string header(std::string_view name) const;  // empty if absent
  bool is_problem() const { return header("Content-Type") == "application/problem+json"; }
  // The rest throw if the answer is not as assumed, with the whole answer in the text.
  boost::json::object json() const;
  std::int64_t integer(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::string code() const { return is_problem() ? text("code") : std::string{}; }
};

std::ostream& operator<<(std::ostream& out, const HttpResponse& response);

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : port_(port) {}

  HttpResponse send(const HttpRequest& request);
  HttpResponse get(std::string target) { return send({.target = std::move(target)}); }

  // The two halves of send(), for many clients on one thread: all requests are sent before any answer is read.
  void start(const HttpRequest& request);
  HttpResponse finish();
  void connect();  // at once, and not with the first request
  void disconnect() { socket_.reset(); }

 private:
  void read_more();
  std::string take(std::size_t count);
  std::string take_line();
  std::string take_chunked();

  std::uint16_t port_;
  std::optional<Socket> socket_;
  std::string arrived_;
  bool was_head_ = false;
};

}  // namespace frontrow::test

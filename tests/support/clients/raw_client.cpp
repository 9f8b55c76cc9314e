#include "support/clients/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace frontrow::test {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Decodes the chunked body at the front of `bytes`. Returns its length on the wire; 0 while it is incomplete.
std::size_t take_chunked(std::string_view bytes, std::string& body) {
  body.clear();
  std::size_t at = 0;
  while (true) {
    const std::size_t line = bytes.find("\r\n", at);
    if (line == std::string_view::npos) return 0;
    const std::size_t size = std::strtoul(std::string(bytes.substr(at, line - at)).c_str(), nullptr, 16);
    if (bytes.size() < line + 2 + size + 2) return 0;
    body += bytes.substr(line + 2, size);
    at = line + 2 + size + 2;
    if (size == 0) return at;
  }
}

}  // namespace

std::string RawResponse::header(std::string_view name) const {
  const std::string wanted = "\r\n" + std::string(name) + ":";
  const auto found =
      std::search(head.begin(), head.end(), wanted.begin(), wanted.end(), [](char a, char b) { return lower(a) == lower(b); });
  if (found == head.end()) return {};
  const auto at = static_cast<std::size_t>(found - head.begin()) + wanted.size();
  const std::size_t from = head.find_first_not_of(' ', at);
  return head.substr(from, head.find("\r\n", from) - from);
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket_ < 0 || ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (socket_ >= 0) ::close(socket_);
    throw std::runtime_error("cannot connect");
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), closed_(other.closed_), pending_(std::move(other.pending_)) {}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool RawClient::read_more(Deadline deadline) {
  if (closed_) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  pollfd poll{.fd = socket_, .events = POLLIN, .revents = 0};
  if (left <= 0 || ::poll(&poll, 1, static_cast<int>(left)) <= 0) return false;
  char buffer[16 * 1024];
  const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
  if (count > 0) {
    pending_.append(buffer, static_cast<std::size_t>(count));
  } else {
    closed_ = true;
  }
  return count > 0;
}

RawResponse RawClient::receive(std::chrono::milliseconds wait, bool without_body) {
  const Deadline deadline = std::chrono::steady_clock::now() + wait;
  while (true) {
    const std::size_t end = pending_.find("\r\n\r\n");
    if (end != std::string::npos) {
      RawResponse response{.head = pending_.substr(0, end + 2)};
      const std::size_t body = end + 4;
      const std::string_view rest = std::string_view(pending_).substr(body);
      std::size_t length = std::strtoul(response.header("Content-Length").c_str(), nullptr, 10);
      if (without_body || response.head.starts_with("HTTP/1.1 1")) length = 0;
      bool is_whole = rest.size() >= length;
      if (!without_body && response.header("Transfer-Encoding") == "chunked") {
        length = take_chunked(rest, response.body);
        is_whole = length > 0;
      } else if (is_whole) {
        response.body = rest.substr(0, length);
      }
      if (is_whole) {
        response.status = std::atoi(response.head.c_str() + 9);
        pending_.erase(0, body + length);
        return response;
      }
    }
    if (!read_more(deadline)) return {};
  }
}

std::string RawClient::receive_all(std::chrono::milliseconds wait) {
  const Deadline deadline = std::chrono::steady_clock::now() + wait;
  while (read_more(deadline)) {
  }
  return std::exchange(pending_, {});
}

bool RawClient::receive_until(std::string_view text, std::chrono::milliseconds wait) {
  const Deadline deadline = std::chrono::steady_clock::now() + wait;
  while (pending_.find(text) == std::string::npos) {
    if (!read_more(deadline)) return false;
  }
  return true;
}

bool RawClient::is_closed(std::chrono::milliseconds wait) {
  const Deadline deadline = std::chrono::steady_clock::now() + wait;
  while (read_more(deadline)) {
  }
  return closed_;
}

std::vector<int> statuses(std::string_view stream) {
  std::vector<int> all;
  while (stream.starts_with("HTTP/1.1 ")) {
    const std::size_t end = stream.find("\r\n\r\n");
    if (end == std::string_view::npos) break;
    const RawResponse response{.head = std::string(stream.substr(0, end + 2))};
    all.push_back(std::atoi(response.head.c_str() + 9));
    const std::size_t length = std::strtoul(response.header("Content-Length").c_str(), nullptr, 10);
    stream.remove_prefix(std::min(stream.size(), end + 4 + length));
  }
  if (!stream.empty()) all.push_back(-1);  // bytes that are no answer
  return all;
}

}  // namespace frontrow::test

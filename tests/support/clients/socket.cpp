#include "support/clients/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace frontrow::test {

namespace {

[[noreturn]] void lost(const char* doing) { throw ConnectionLost(std::string{doing} + ": " + std::strerror(errno)); }

bool wait_for(int fd, short events, std::chrono::milliseconds patience) {
  pollfd wanted{.fd = fd, .events = events, .revents = 0};
  int ready = 0;
  do ready = ::poll(&wanted, 1, static_cast<int>(patience.count()));
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

Socket::Socket(std::uint16_t port, Options options) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) lost("socket");
  const int yes = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (options.receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof options.receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
  const int reason = errno;
  ::close(std::exchange(fd_, -1));
  errno = reason;
  lost("connect");
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

void Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) lost("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t Socket::send_some(std::string_view bytes) {
  const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EINTR) return 0;
  lost("send");
}

void Socket::finish_sending() { ::shutdown(fd_, SHUT_WR); }

bool Socket::has_arrived(std::chrono::milliseconds patience) { return wait_for(fd_, POLLIN, patience); }

std::string Socket::receive(std::chrono::milliseconds patience) {
  if (!wait_for(fd_, POLLIN, patience)) throw TooSlow("nothing arrived in time");
  std::string bytes(16 * 1024, '\0');
  ssize_t got = 0;
  do got = ::recv(fd_, bytes.data(), bytes.size(), 0);
  while (got < 0 && errno == EINTR);
  if (got < 0) lost("receive");
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

std::string Socket::receive_all(std::chrono::milliseconds patience) {
  std::string all;
  try {
    for (std::string bytes = receive(patience); !bytes.empty(); bytes = receive(patience)) all += bytes;
  } catch (const ConnectionLost&) {  // a reset is an end, too
  }
  return all;
}

}  // namespace frontrow::test

#include "support/faults/tcp_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace frontrow::test {

namespace {

sockaddr_in here(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the other side notices by itself
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void close_end(int& fd) {
  if (fd >= 0) ::close(std::exchange(fd, -1));
}

}  // namespace

TcpProxy::TcpProxy(std::uint16_t target) : target_(target), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = here(0);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 64) != 0 || ::getsockname(listener_, any, &size) != 0)
    throw std::runtime_error("the proxy cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

TcpProxy::~TcpProxy() {
  thread_.request_stop();
  thread_.join();
  for (Pair& pair : pairs_) close_end(pair.client), close_end(pair.server);
  ::close(listener_);
}

void TcpProxy::break_at(std::string words, std::deque<Break> how) {
  const std::lock_guard lock(mutex_);
  words_ = std::move(words);
  how_ = std::move(how);
}

void TcpProxy::replace(std::string words, std::deque<std::string> messages) {
  const std::lock_guard lock(mutex_);
  replaced_ = std::move(words);
  replacements_ = std::move(messages);
}

void TcpProxy::exchange(std::string& bytes) {
  const std::lock_guard lock(mutex_);
  if (replacements_.empty() || bytes.find(replaced_) == std::string::npos) return;
  bytes = std::move(replacements_.front());
  replacements_.pop_front();
}

Break TcpProxy::how_to_treat(const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  if (how_.empty() || bytes.find(words_) == std::string::npos) return Break::never;
  const Break how = how_.front();
  how_.pop_front();
  return how;
}

void TcpProxy::accept() {
  Pair pair{.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), .server = -1};
  if (pair.client < 0) return;
  const int yes = 1;
  const sockaddr_in address = here(target_);
  pair.server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (is_refusing_ || ::connect(pair.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close_end(pair.client);
    close_end(pair.server);
    return;
  }
  for (const int fd : {pair.client, pair.server}) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  pairs_.push_back(pair);
  ++accepted_;
}

void TcpProxy::pass_on(Pair& pair, bool from_client) {
  std::string bytes(std::size_t{1} << 16, '\0');
  const ssize_t size = ::recv(from_client ? pair.client : pair.server, bytes.data(), bytes.size(), 0);
  bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  if (!from_client && size > 0) std::this_thread::sleep_for(delay_.load());
  if (from_client && size > 0) exchange(bytes);
  const Break how = from_client && size > 0 ? how_to_treat(bytes) : Break::never;
  if (how == Break::silently) return close_end(pair.client);
  if (size > 0 && how != Break::before_request) send_all(from_client ? pair.server : pair.client, bytes);
  if (size > 0 && how == Break::never) return;
  if (how == Break::before_reply) {
    // Waits for the server's answer: only then it is certain that the server got the bytes.
    char answer[64];
    (void)!::recv(pair.server, answer, sizeof answer, 0);
  }
  close_end(pair.client);
  close_end(pair.server);
}

void TcpProxy::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<pollfd> wanted{{.fd = listener_, .events = POLLIN, .revents = 0}};
    for (const Pair& pair : pairs_) {
      wanted.push_back({.fd = pair.client, .events = POLLIN, .revents = 0});
      // Nothing is read from a silent connection: its server end only stays open.
      wanted.push_back({.fd = pair.client < 0 ? -1 : pair.server, .events = POLLIN, .revents = 0});
    }
    if (::poll(wanted.data(), wanted.size(), 20) <= 0) continue;
    const std::size_t known = pairs_.size();
    if (wanted[0].revents != 0) accept();
    for (std::size_t i = 0; i < known; ++i) {
      if (wanted[1 + 2 * i].revents != 0) pass_on(pairs_[i], true);
      if (pairs_[i].client >= 0 && wanted[2 + 2 * i].revents != 0) pass_on(pairs_[i], false);
    }
  }
}

}  // namespace frontrow::test

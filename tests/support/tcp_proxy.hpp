// A TCP proxy on this machine that breaks a connection at a chosen place in what the client says: for outcomes nobody can know.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace frontrow::test {

enum class Break {
  never,
  before_request,  // the server never hears it; both ends see the connection closed
  before_reply,    // the server hears it, and the client nothing more; both ends see the connection closed
  silently,        // the server never hears it and sees the connection stay, as when a network is cut in two
};

class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return port_; }
  // Each once, one after the other: at the next pieces of what clients send that contain `words`.
  void break_at(std::string words, std::deque<Break> how);
  // New connections are closed at once.
  void refuse(bool is_refusing) { is_refusing_ = is_refusing; }

 private:
  struct Pair {
    int client, server;  // -1: closed
  };
  void run(const std::stop_token& stop);
  void accept();
  void pass_on(Pair& pair, bool from_client);
  Break how_to_treat(const std::string& bytes);

  const std::uint16_t target_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_refusing_{false};
  std::mutex mutex_;
  std::string words_;        // protected by mutex_
  std::deque<Break> how_;    // protected by mutex_
  std::vector<Pair> pairs_;  // the thread's own
  std::jthread thread_;
};

}  // namespace frontrow::test

// A TCP proxy on this machine that breaks a connection at a chosen place in the client's bytes, for unknown outcomes,
// keeps each answer back for a while, changes what a client sends, or leads new connections to another server, as a name or
// an endpoint does after a failover.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace frontrow::test {

enum class Break {
  never,
  before_request,  // the server never gets the bytes; both ends see the connection closed
  before_reply,    // the server gets the bytes, but the client no answer; both ends see the connection closed
  silently,        // the server never gets the bytes and sees the connection stay, as in a network partition
};

class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return port_; }
  // Each break happens once, one after the other: at the next bytes of a client that contain `words`.
  void break_at(std::string words, std::deque<Break> how);
  // A client's next bytes that contain `words` become the first message, the next ones the second, and so on.
  void replace(std::string words, std::deque<std::string> messages);
  // New connections lead to this port; those that are open stay where they are.
  void lead_to(std::uint16_t target) { target_ = target; }
  int accepted() const { return accepted_; }  // connections so far
  // New connections are closed at once.
  void refuse(bool is_refusing) { is_refusing_ = is_refusing; }
  // Each answer of the server waits for so long, and the answers of all connections stand in one line.
  void delay_answers(std::chrono::milliseconds delay) { delay_ = delay; }

 private:
  struct Pair {
    int client, server;  // -1: closed
  };
  void run(const std::stop_token& stop);
  void accept();
  void pass_on(Pair& pair, bool from_client);
  Break how_to_treat(const std::string& bytes);
  void exchange(std::string& bytes);

  std::atomic<std::uint16_t> target_;
  std::atomic<int> accepted_{0};
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_refusing_{false};
  std::atomic<std::chrono::milliseconds> delay_{};
  std::mutex mutex_;
  std::string words_;                     // protected by mutex_
  std::deque<Break> how_;                 // protected by mutex_
  std::string replaced_;                  // protected by mutex_
  std::deque<std::string> replacements_;  // protected by mutex_
  std::vector<Pair> pairs_;               // only for the proxy's thread
  std::jthread thread_;
};

}  // namespace frontrow::test

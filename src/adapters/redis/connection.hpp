// One connection to one Redis server. Whatever the server does, no call takes longer than it was given. One thread at a time.
#pragma once

#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/redis/reply.hpp"
#include "adapters/redis/script.hpp"
#include "adapters/redis/settings.hpp"
#include "adapters/redis/tls.hpp"

namespace frontrow::redis {

// A plain command is its words; a script call is its keys and arguments.
struct Command {
  std::vector<std::string> words;  // of a script call: keys first, then arguments
  const Script* script = nullptr;
  std::size_t keys = 0;
};

using Deadline = std::chrono::steady_clock::time_point;

class Connection {
 public:
  // Connects, over TLS when the settings have it, and authenticates, within the settings' connect timeout. Throws Unavailable.
  Connection(const Address& address, const std::string& user, const Secret& password, const Settings& settings);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // All commands in one round trip; a reply each, which may be an error. Unavailable when not all came in time: then the
  // connection is of no more use, and the outcome is unknown once anything was sent.
  std::vector<Reply> run(std::span<const Command> commands, Duration timeout);
  Reply run(std::vector<std::string> words, Duration timeout);
  // Waits for one more message of a subscription; nothing when none came in time.
  std::unique_ptr<Reply> next(Duration timeout);

  // Reads the server's run id, refuses a server that is not a primary, and makes the scripts known to it.
  void require_primary(Duration timeout);
  const std::string& run_id() const { return run_id_; }
  const Address& address() const { return address_; }

 private:
  void connect(Deadline deadline);
  void append(const Command& command, bool whole_script);
  void flush(Deadline deadline);
  void flush_tls(Deadline deadline);
  bool receive(Deadline deadline);
  bool receive_tls(Deadline deadline);
  std::unique_ptr<Reply> read(Deadline deadline);
  bool wait(short events, Deadline deadline);
  [[noreturn]] void lost(const std::string& why, bool unknown);
  std::vector<Reply> round_trip(std::span<const Command> commands, bool whole_scripts, Deadline deadline);

  const Address address_;
  std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
  const std::shared_ptr<const TlsContext> tls_;
  std::unique_ptr<TlsStream> stream_;  // with TLS: hiredis formats and parses, and does not touch the socket
  std::string unsent_;                 // with TLS: formatted commands
  bool was_answered_ = false;
  std::string run_id_;
};

}  // namespace frontrow::redis

// A whole server of either profile, as main and the tests use it.
#pragma once

#include <cstdint>
#include <memory>

#include "main/settings.hpp"

namespace frontrow {

class SaleServer {
 public:
  virtual ~SaleServer() = default;
  virtual void start() = 0;  // listens; throws if it cannot
  virtual std::uint16_t port() const = 0;
  virtual std::uint16_t admin_port() const = 0;  // the same unless operators have an address of their own
  // While it serves: reads changed key files again. If one cannot be read, that is logged and the old key stays.
  virtual void read_keys_again() = 0;
  // Says that it will stop, and goes on serving: it is no longer ready, and asks each client to leave with its next answer.
  virtual void announce_stop() = 0;
  // Takes no more requests, answers those under way for at most settings.drain, makes everything durable. To be called
  // once.
  virtual void stop() = 0;
};

// A server of the settings' profile. Throws std::runtime_error with one clear sentence if it cannot serve.
std::unique_ptr<SaleServer> make_server(const Settings& settings);

}  // namespace frontrow

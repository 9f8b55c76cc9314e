// A whole server as main and the tests hold it, whichever profile it is of.
#pragma once

#include <cstdint>
#include <memory>

#include "main/settings.hpp"

namespace frontrow {

class SaleServer {
 public:
  virtual ~SaleServer() = default;
  virtual void start() = 0;  // listens; throws when it cannot
  virtual std::uint16_t port() const = 0;
  // While it serves: keys whose files have changed. What cannot be read is logged, and stays as it was.
  virtual void read_keys_again() = 0;
  // Takes no more requests, answers those under way for at most settings.drain, makes everything durable. Once is enough.
  virtual void stop() = 0;
};

// Of the profile the settings name. Throws std::runtime_error with one clear sentence when it cannot serve.
std::unique_ptr<SaleServer> make_server(const Settings& settings);

}  // namespace frontrow

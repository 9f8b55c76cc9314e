// The embedded profile, put together: one process, one data directory, everything in it. Read the constructor top to bottom.
#pragma once

#include <cstdint>
#include <memory>

#include "main/settings.hpp"

namespace frontrow {

class EmbeddedServer {
 public:
  // Opens (and locks) the data directory, migrates it, rebuilds memory, creates the demo when asked for and there is nothing yet.
  // Throws std::runtime_error with one clear sentence when it cannot be served.
  explicit EmbeddedServer(const Settings& settings);
  ~EmbeddedServer();

  void start();  // listens; throws when it cannot
  std::uint16_t port() const;
  // Takes no more requests, answers those under way for at most settings.drain, makes everything durable. Once is enough.
  void stop();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

// For `frontrow demo`: true when the concerts were created, false when there was something already.
bool fill_with_demo(const Settings& settings);
// For `frontrow migrate`.
void migrate(const Settings& settings);

}  // namespace frontrow

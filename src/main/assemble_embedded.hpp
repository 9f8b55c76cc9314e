// The embedded profile, put together: one process, one data directory, everything in it. Read the constructor top to bottom.
#pragma once

#include <cstdint>
#include <memory>

#include "main/sale_server.hpp"

namespace frontrow {

class EmbeddedServer final : public SaleServer {
 public:
  // Opens (and locks) the data directory, migrates it, rebuilds memory, and creates the demo if that is wanted and the
  // store is empty. Throws std::runtime_error with one clear sentence if it cannot serve.
  explicit EmbeddedServer(const Settings& settings);
  ~EmbeddedServer() override;

  void start() override;
  std::uint16_t port() const override;
  std::uint16_t admin_port() const override;
  void read_keys_again() override;
  void announce_stop() override;
  void stop() override;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

// For `frontrow demo`: true if the concerts were created, false if the store was not empty.
bool fill_with_demo(const Settings& settings);
// For `frontrow migrate`.
void migrate(const Settings& settings);

}  // namespace frontrow

// The cluster profile, put together: one pod of any number, on MySQL, Redis and Kafka. Read the constructor top to bottom.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "main/sale_server.hpp"
#include "ports/store.hpp"

namespace frontrow {

class ClusterServer final : public SaleServer {
 public:
  // Migrates the database, makes missing topics, reads the catalog. Throws std::runtime_error with one clear sentence
  // if a part that it needs is wrong or away.
  explicit ClusterServer(const Settings& settings);
  ~ClusterServer() override;

  void start() override;  // starts the workers, too
  void start_worker();    // starts the workers only, and serves no requests
  std::uint16_t port() const override;
  std::uint16_t admin_port() const override;
  void read_keys_again() override;
  void announce_stop() override;
  void stop() override;

 private:
  friend struct ClusterWork;
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

std::vector<AuditLine> audit_cluster(const Settings& settings);
void migrate_cluster(const Settings& settings);
bool fill_cluster_with_demo(const Settings& settings);

}  // namespace frontrow

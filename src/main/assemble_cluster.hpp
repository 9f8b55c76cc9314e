// The cluster profile, put together: one pod of any number, on MySQL, Redis and Kafka. Read the constructor top to bottom.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "main/settings.hpp"
#include "ports/store.hpp"

namespace frontrow {

class ClusterServer {
 public:
  // Migrates the database, makes missing topics, reads the catalog. Throws std::runtime_error with one clear sentence when something
  // it cannot do without is wrong or away.
  explicit ClusterServer(const Settings& settings);
  ~ClusterServer();

  void start();         // listens, and works; throws when it cannot
  void start_worker();  // works, and serves nobody
  std::uint16_t port() const;
  // As EmbeddedServer::stop.
  void stop();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

std::vector<AuditLine> audit_cluster(const Settings& settings);
void migrate_cluster(const Settings& settings);
bool fill_cluster_with_demo(const Settings& settings);

}  // namespace frontrow

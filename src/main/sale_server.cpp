#include "main/sale_server.hpp"

#include "main/assemble_cluster.hpp"
#include "main/assemble_embedded.hpp"

namespace frontrow {

std::unique_ptr<SaleServer> make_server(const Settings& settings) {
  if (settings.profile == Settings::Profile::cluster) return std::make_unique<ClusterServer>(settings);
  return std::make_unique<EmbeddedServer>(settings);
}

}  // namespace frontrow

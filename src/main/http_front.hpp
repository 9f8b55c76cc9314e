// The HTTP server of either profile, in front of a sale: tickets, sign-in, the routes, and the records of each answer.
#pragma once

#include <optional>

#include "adapters/local/hmac_signer.hpp"
#include "api/api.hpp"
#include "api/request_metrics.hpp"
#include "app/live/sale.hpp"
#include "base/idle_memory.hpp"
#include "base/log_budget.hpp"
#include "base/periodic.hpp"
#include "http/server.hpp"
#include "main/settings.hpp"

namespace frontrow {

class HttpFront {
 public:
  // The sale it serves; all of it outlives the front.
  struct Behind {
    const Clock& clock;
    Catalog& catalog;
    Halls& halls;
    Commits& commits;
    Readers& readers;
    EventBus& bus;
    Metrics& metrics;
  };
  struct Identity {
    Secret ticket_key;
    std::string admin_token;
    std::string charge_token;   // counts if a payment service charges
    std::string_view profile;   // a literal
    std::string instance = {};  // the start of each trace id; empty for a server that is alone
    std::function<std::vector<http::HealthPart>()> parts;
  };
  HttpFront(const Settings& settings, const Behind& behind, const Identity& identity);

  void start();
  // No new requests; answers those under way, for as long as the settings allow.
  void stop();
  std::uint16_t port() const { return server_.port(); }
  // The operators' port; the buyers' if they share one.
  std::uint16_t admin_port() const { return operators_ ? operators_->port() : port(); }
  void read_keys_again();

 private:
  std::vector<http::Route> routes(http::Listener listener) const;
  http::Hooks hooks(std::optional<http::RequestMetrics>& metrics);
  std::optional<Refusal> refuse(const http::Request& request);
  std::vector<http::HealthPart> with_limits(std::vector<http::HealthPart> parts) const;
  void watch_address_limits();
  void watch(const Behind& behind, const Identity& identity);

  const Settings settings_;
  local::HmacSigner signer_;
  TicketMint mint_;
  std::optional<http::JwtVerifier> jwt_, pass_keys_;
  Sale sale_;
  http::ClientLimits limits_;
  http::Api api_;
  LogBudget warnings_;
  const std::vector<http::Route> table_;
  http::Server server_;
  std::optional<http::Server> operators_;  // a thread of its own: it answers while buyers take all of the others
  std::optional<http::RequestMetrics> requests_, operators_requests_;
  bool has_said_not_told_apart_ = false;  // like idle_memory_
  IdleMemory idle_memory_;                // of the housekeeping alone
  std::optional<Periodic> housekeeping_;
};

}  // namespace frontrow

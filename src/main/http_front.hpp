// The HTTP server of either profile, in front of a sale: tickets, sign-in, the routes, and the records of each answer.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
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
#include "main/token_keys.hpp"

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
    // Changes whenever operators' accounts may have changed. Empty: nobody knows, and the store is asked once a second.
    std::function<std::int64_t()> accounts_version = {};
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
  std::vector<http::HealthPart> with_own(std::vector<http::HealthPart> parts) const;
  void watch_address_limits();
  bool read_operators(std::function<void(bool)> done);
  void look_for_operators();

  const Settings settings_;
  local::HmacSigner signer_;
  TicketMint mint_;
  const std::unique_ptr<TokenKeys> tokens_;                                    // null with auth-mode open
  const std::unique_ptr<TokenKeys> passes_;                                    // null if none are verified
  const std::shared_ptr<Operators> accounts_ = std::make_shared<Operators>();  // a reader may have it to the end
  // Of the looks at the accounts, whose answers may come when this is gone.
  struct Looks {
    std::atomic<bool> is_under_way{false};
    std::atomic<std::int64_t> done{-1};  // the version that was read last
  };
  const std::function<std::int64_t()> accounts_version_;
  const std::shared_ptr<Looks> looks_ = std::make_shared<Looks>();
  Sale sale_;
  std::optional<http::UserDirectory> users_;  // if subjects need one
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
  std::optional<Periodic> key_reader_;
};

}  // namespace frontrow

#include "http/clients.hpp"

#include <algorithm>
#include <ranges>

#include "http/forwarded.hpp"
#include "http/text.hpp"

namespace frontrow::http {

bool Clients::is_trusted(const IpAddress& address) const {
  return std::ranges::any_of(settings_.trusted, [&](const Network& network) { return network.contains(address); });
}

bool Clients::sends_proxy_header(const IpAddress& peer) const {
  return settings_.told_by == ToldBy::proxy_protocol && is_trusted(peer);
}

// Of a peer that is no trusted proxy.
bool Clients::tells_apart(const IpAddress& peer) const {
  if (settings_.limits != AddressLimits::automatic || !settings_.trusted.empty()) return settings_.limits != AddressLimits::off;
  return many_private_ || !is_private(peer);
}

std::optional<IpAddress> Clients::of_connection(const IpAddress& peer) {
  if (settings_.limits == AddressLimits::automatic && settings_.trusted.empty()) {
    if (!is_private(peer)) {
      some_public_ = true;
    } else if (!many_private_) {
      const MutexLock lock(mutex_);
      if (private_.insert(peer).second && private_.size() > kFew) many_private_ = true;
    }
  }
  if (is_trusted(peer) || !tells_apart(peer)) return {};
  return peer;
}

std::optional<IpAddress> Clients::of_request(const IpAddress& peer, std::span<const Header> headers,
                                             const std::optional<IpAddress>& told) const {
  if (settings_.limits == AddressLimits::off) return {};
  if (!is_trusted(peer)) return tells_apart(peer) ? std::optional(peer) : std::nullopt;
  return settings_.told_by == ToldBy::proxy_protocol ? told : told_in(headers);
}

// Each proxy adds the address it was asked by at the end. So the last one that is no trusted proxy is the client; what
// stands before it, the client may have written.
std::optional<IpAddress> Clients::told_in(std::span<const Header> headers) const {
  const bool by_standard = settings_.told_by == ToldBy::forwarded;
  const std::string_view name = by_standard ? "Forwarded" : "X-Forwarded-For";
  std::optional<IpAddress> client;
  const auto on_hop = [&](std::optional<IpAddress> hop) {
    client = hop;
    return hop && is_trusted(*hop);
  };
  for (const Header& header : headers | std::views::reverse) {
    if (!equals_ignoring_case(header.name, name)) continue;
    if (!(by_standard ? read_forwarded(header.value, on_hop) : read_x_forwarded_for(header.value, on_hop))) break;
  }
  return client;
}

bool Clients::are_told_apart() const {
  if (settings_.limits != AddressLimits::automatic) return settings_.limits == AddressLimits::on;
  return !settings_.trusted.empty() || many_private_ || some_public_;
}

}  // namespace frontrow::http

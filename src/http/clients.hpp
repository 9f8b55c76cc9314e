// By which address a client is limited, if by any: that of its connection, or the one that a trusted proxy names.
//
// A server behind proxies that it does not know sees only their few private addresses. To limit by these would shut all
// buyers out together, so it limits by address only what it can tell apart.
#pragma once

#include <atomic>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "http/message_parser.hpp"
#include "http/network.hpp"

namespace frontrow::http {

enum class AddressLimits : std::uint8_t { automatic, on, off };
enum class ToldBy : std::uint8_t { x_forwarded_for, forwarded, proxy_protocol };

struct ClientSettings {
  AddressLimits limits = AddressLimits::automatic;
  std::vector<Network> trusted;  // proxies whose word counts
  ToldBy told_by = ToldBy::x_forwarded_for;
};

// Thread safe.
class Clients {
 public:
  static constexpr std::size_t kFew = 32;  // private addresses that may all be proxies

  explicit Clients(ClientSettings settings) : settings_(std::move(settings)) {}

  // True if a connection of this peer begins with a header of the PROXY protocol.
  bool sends_proxy_header(const IpAddress& peer) const;
  // The address by which a new connection is counted. None: it carries many clients, or addresses tell nothing.
  std::optional<IpAddress> of_connection(const IpAddress& peer);
  // The address by which a request is counted. `told` is that of the PROXY protocol.
  std::optional<IpAddress> of_request(const IpAddress& peer, std::span<const Header> headers,
                                      const std::optional<IpAddress>& told) const;

  // False if clients are not limited by address: that was asked for, or the server has only seen peers that may be
  // proxies.
  bool are_told_apart() const;

 private:
  bool is_trusted(const IpAddress& address) const;
  bool tells_apart(const IpAddress& peer) const;
  std::optional<IpAddress> told_in(std::span<const Header> headers) const;

  const ClientSettings settings_;
  std::atomic<bool> many_private_{false};
  std::atomic<bool> some_public_{false};
  Mutex mutex_;
  std::set<IpAddress> private_ GUARDED_BY(mutex_);  // at most kFew
};

}  // namespace frontrow::http

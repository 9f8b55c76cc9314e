// Makes and reads signed tickets: 48 bytes as 64 characters of base64url. A ticket names the owner of its place; only the queue
// knows if the place still stands.
//
// Layout, big endian: version 1, key id 1, flags 2 (zero), concert 4, unused 2, number 6, issued 4, expires 4 (Unix seconds), user
// 8, first 16 bytes of HMAC-SHA256 over all before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/queue/recent_tickets.hpp"
#include "domain/error.hpp"
#include "domain/queue.hpp"
#include "ports/signer.hpp"

namespace frontrow {

class TicketMint {
 public:
  explicit TicketMint(const Signer& signer);
  std::string write(const Ticket& ticket) const;
  // QUEUE_TOKEN_INVALID for a text that this mint did not write, compared in constant time. Thread safe.
  Result<Ticket> read(std::string_view text) const;

 private:
  Result<Ticket> check(std::string_view text) const;

  const Signer& signer_;
  const std::uint64_t id_;  // no other mint of this process has it
};

}  // namespace frontrow

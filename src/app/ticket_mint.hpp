// Makes and reads signed tickets: 48 bytes as 64 characters of base64url. A ticket says whose place it is; whether the place still
// stands is the queue's to know.
//
// Layout, big endian: version 1, key id 1, flags 2 (zero), concert 4, epoch 2, number 6, issued 4, expires 4 (Unix seconds), user 8,
// first 16 bytes of HMAC-SHA256 over all before.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "domain/queue.hpp"
#include "ports/signer.hpp"

namespace frontrow {

inline constexpr std::size_t kTicketLength = 64;

class TicketMint {
 public:
  explicit TicketMint(const Signer& signer) : signer_(signer) {}
  std::string write(const Ticket& ticket) const;
  // QUEUE_TOKEN_INVALID for whatever this mint did not write, compared in constant time. Thread safe.
  Result<Ticket> read(std::string_view text) const;

 private:
  const Signer& signer_;
};

}  // namespace frontrow

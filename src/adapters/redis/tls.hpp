// TLS over a socket that is connected already and does not block: encrypts, decrypts, and verifies the server. Knows no Redis, and
// never waits: it names the event that the caller must wait for.
//
// TLS 1.2 or newer. A server is always verified: its certificate leads to one we trust and bears the name or the IP address that
// was connected to. A write to a socket that the other end has closed raises SIGPIPE, as with any socket: the program ignores it.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace frontrow::redis {

struct TlsFiles {
  std::filesystem::path trusted = {};      // certificates the server's must be signed by; empty: the system's
  std::filesystem::path certificate = {};  // ours and what leads to a trusted one; empty: we show none
  std::filesystem::path key = {};          // of that certificate, without a passphrase
};

// The part that all connections share. Never changes: replaced files count from the next start. Thread safe.
class TlsContext {
 public:
  // `server_name` is what servers' certificates must bear; empty: the host connected to. Throws std::runtime_error, in a sentence
  // for the operator: a file cannot be read, has nothing of the kind in it, the key is another certificate's.
  explicit TlsContext(const TlsFiles& files, std::string server_name = {});

 private:
  friend class TlsStream;
  const std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> raw_;
  const std::string server_name_;
};

// One connection's. One thread at a time.
class TlsStream {
 public:
  // The result of a call: it moved some bytes, or nothing, because the socket must first be ready for `wait_for` (POLLIN or
  // POLLOUT, in either direction); then the same call is to be made again.
  struct Step {
    std::size_t bytes = 0;
    short wait_for = 0;
  };
  // Or, in words, why the connection is of no more use.
  using Result = std::expected<Step, std::string>;

  // Borrows the socket. Throws Unavailable when no certificate could bear such a name.
  TlsStream(const TlsContext& context, int socket, const std::string& host);

  // Done as soon as there is nothing to wait for. In TLS 1.3 a server may refuse our certificate after that, at a read or write.
  Result shake_hands();
  // At most one record at a time; `bytes` must not be empty.
  Result write(std::string_view bytes);
  // Some bytes that were decrypted may still be here, where poll() does not see them: read until there is something to wait for.
  Result read(std::span<char> room);

 private:
  Result step(int result, std::size_t bytes);

  const std::unique_ptr<ssl_st, void (*)(ssl_st*)> raw_;
};

}  // namespace frontrow::redis

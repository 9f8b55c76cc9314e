#include "adapters/redis/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pemerr.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "ports/unavailable.hpp"

namespace frontrow::redis {

namespace {

constexpr const char* kClosed = "Server closed the connection";  // as hiredis says it

std::string system_reason(int error) { return std::generic_category().message(error); }

std::string words_of(unsigned long error) {
  if (ERR_SYSTEM_ERROR(error)) return system_reason(ERR_GET_REASON(error));
  if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE) return "has none in PEM form";
  const char* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : "error " + std::to_string(error);
}

// The first error of this thread's queue is the cause; the later ones name the functions that it came through.
void require(int result, const char* what, const std::filesystem::path& file) {
  if (result != 1)
    throw std::runtime_error("redis: TLS: " + std::string(what) + " " + file.string() + ": " + words_of(ERR_get_error()));
}

// Instead of OpenSSL's own, which would ask at the terminal.
int no_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

void take_key(SSL_CTX* raw, const std::filesystem::path& file) {
  bool was_asked = false;
  SSL_CTX_set_default_passwd_cb(raw, no_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(raw, &was_asked);
  const int result = SSL_CTX_use_PrivateKey_file(raw, file.c_str(), SSL_FILETYPE_PEM);
  if (was_asked) throw std::runtime_error("redis: TLS: key " + file.string() + ": has a passphrase");
  require(result, "key", file);
}

bool is_ip(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

// SNI, for a server with several certificates. The macro for this call is an old-style cast.
bool tell_name(SSL* tls, std::string name) {
  return SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

std::string protocol_reason(SSL* tls) {
  const unsigned long error = ERR_get_error();
  const long verified = SSL_get_verify_result(tls);
  if (verified != X509_V_OK) return std::string("TLS: its certificate is refused: ") + X509_verify_cert_error_string(verified);
  return "TLS: " + words_of(error);
}

}  // namespace

TlsContext::TlsContext(const TlsFiles& files, std::string server_name)
    : raw_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), server_name_(std::move(server_name)) {
  if (raw_ == nullptr) throw std::runtime_error("redis: TLS: " + words_of(ERR_get_error()));
  SSL_CTX* raw = raw_.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  // Redis says how long each answer is, so an end without a farewell cuts off nothing unseen.
  SSL_CTX_set_options(raw, SSL_OP_IGNORE_UNEXPECTED_EOF);
  // The rest of a pipeline may lie elsewhere in memory when it is offered again; a read takes whatever the socket has.
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);
  ERR_clear_error();
  if (files.trusted.empty())
    require(SSL_CTX_set_default_verify_paths(raw), "certificates", "of the system");
  else
    require(SSL_CTX_load_verify_file(raw, files.trusted.c_str()), "trusted certificates", files.trusted);
  if (files.certificate.empty()) return;
  require(SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()), "certificate", files.certificate);
  take_key(raw, files.key);
}

TlsStream::TlsStream(const TlsContext& context, int socket, const std::string& host) : raw_(SSL_new(context.raw_.get()), SSL_free) {
  if (raw_ == nullptr || SSL_set_fd(raw_.get(), socket) != 1) throw Unavailable("redis", "TLS: out of memory");
  const std::string& name = context.server_name_.empty() ? host : context.server_name_;
  const bool is_taken = is_ip(name) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(raw_.get()), name.c_str()) == 1
                                    : SSL_set1_host(raw_.get(), name.c_str()) == 1 && tell_name(raw_.get(), name);
  if (!is_taken) throw Unavailable("redis", "TLS: \"" + name + "\" is no name for a certificate");
}

TlsStream::Result TlsStream::shake_hands() {
  ERR_clear_error();
  return step(SSL_connect(raw_.get()), 0);
}

TlsStream::Result TlsStream::write(std::string_view bytes) {
  std::size_t written = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(raw_.get(), bytes.data(), bytes.size(), &written);
  const Result done = step(result, written);
  if (done) return done;
  // A server that refuses our certificate says why and closes; a writer finds the reason here.
  char byte = 0;
  std::size_t ignored = 0;
  ERR_clear_error();
  if (SSL_get_error(raw_.get(), SSL_read_ex(raw_.get(), &byte, 1, &ignored)) != SSL_ERROR_SSL) return done;
  return std::unexpected(protocol_reason(raw_.get()));
}

TlsStream::Result TlsStream::read(std::span<char> room) {
  std::size_t got = 0;
  ERR_clear_error();
  const int result = SSL_read_ex(raw_.get(), room.data(), room.size(), &got);
  return step(result, got);
}

TlsStream::Result TlsStream::step(int result, std::size_t bytes) {
  const int error = errno;
  switch (SSL_get_error(raw_.get(), result)) {
    case SSL_ERROR_NONE: return Step{.bytes = bytes};
    case SSL_ERROR_WANT_READ: return Step{.wait_for = POLLIN};
    case SSL_ERROR_WANT_WRITE: return Step{.wait_for = POLLOUT};
    case SSL_ERROR_ZERO_RETURN: return std::unexpected(kClosed);
    case SSL_ERROR_SYSCALL: return std::unexpected(error == 0 ? kClosed : system_reason(error));
    default: return std::unexpected(protocol_reason(raw_.get()));
  }
}

}  // namespace frontrow::redis

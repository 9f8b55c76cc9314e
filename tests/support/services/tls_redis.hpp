// Redis servers and sentinels that speak only TLS, with certificates made for one test, each on a free port of this
// machine.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/settings.hpp"
#include "adapters/redis/tls.hpp"
#include "support/processes/temp_directory.hpp"

namespace frontrow::test {

// The port is free now; a server that loses it to another process takes a new one.
int free_port();

// A certificate authority for tests. Made with the command line tool, as an operator would.
class Authority {
 public:
  // The certificate is for `names` ("IP:127.0.0.1,DNS:localhost"). `trusted` is this authority's own certificate.
  redis::TlsFiles sign(const std::string& names) const;
  std::filesystem::path file(const std::string& name, const std::string& text) const;  // beside the others
  // The settings of clients that trust it and show no certificate.
  std::shared_ptr<const redis::TlsContext> trusting(std::string server_name = {}) const;
  Authority();

 private:
  TempDirectory folder_;
  std::filesystem::path certificate_;
};

class TlsRedis {
 public:
  // `more` are lines of the configuration. Returns when the server listens.
  TlsRedis(const redis::TlsFiles& files, const std::vector<std::string>& more);
  ~TlsRedis() { kill(); }
  TlsRedis(const TlsRedis&) = delete;
  TlsRedis& operator=(const TlsRedis&) = delete;

  // A sentinel for that primary, under the name "frontrow".
  static std::unique_ptr<TlsRedis> sentinel(const redis::TlsFiles& files, const TlsRedis& primary,
                                            const std::vector<std::string>& more);

  redis::Address address() const { return {.host = "127.0.0.1", .port = port_}; }
  void kill();  // kill -9; does nothing if it is gone

 private:
  TlsRedis(const redis::TlsFiles& files, std::vector<std::string> more, bool is_sentinel);
  bool start(const std::filesystem::path& configuration, bool is_sentinel);

  TempDirectory folder_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace frontrow::test

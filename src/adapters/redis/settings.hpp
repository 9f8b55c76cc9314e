// Where Redis is, how it is spoken to, and how long we wait for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace frontrow::redis {

class TlsContext;

struct Address {
  std::string host;  // looked up by the system's resolver, which keeps its own time; addresses cost nothing
  int port = 6379;
  friend bool operator==(const Address&, const Address&) = default;
};

struct Settings {
  std::vector<Address> sentinels = {};  // any one of them finds the primary; none: `server` is it
  std::string primary = "frontrow";     // the name the sentinels know it by
  Address server = {};
  std::string user = {};  // empty: only a password is sent
  Secret password{""};    // empty: no AUTH
  Secret sentinel_password{""};
  std::shared_ptr<const TlsContext> tls = {};  // for the sentinels too; none: in the clear
  Duration command_timeout{50};
  Duration connect_timeout{500};
  int connections = 8;  // at once
  // After so many failures within the window, every caller is refused at once until the rest is over.
  int breaker_failures = 3;
  Duration breaker_window{1'000};
  Duration breaker_rest{250};
};

}  // namespace frontrow::redis

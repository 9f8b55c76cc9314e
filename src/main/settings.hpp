// Everything an operator may decide, as plain values.
//
// A default lives here, beside its member; name, bounds and meaning live in one row of settings_table.cpp. Flag over environment
// over configuration file over default, all read through that row. An unknown name or a value out of bounds stops the start.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/secret.hpp"

namespace frontrow {

struct Settings {
  enum class AuthMode : std::uint8_t { open, jwt };
  enum class JwtAlgorithm : std::uint8_t { hs256, rs256, es256 };

  // Server
  std::string host = "127.0.0.1";  // an address, never a name
  std::uint16_t port = 8080;       // 0 = any free one
  int http_threads = 0;            // 0 = one a core
  int max_connections = 0;         // 0 = what the file limit allows
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 64 * 1024;
  std::size_t max_admin_body_bytes = 4 * 1024 * 1024;
  std::chrono::seconds header_timeout{5};
  std::chrono::seconds body_timeout{10};
  std::chrono::seconds idle_timeout{75};
  std::chrono::milliseconds handler_timeout{2000};
  std::chrono::seconds drain{20};

  // Sale
  std::chrono::seconds hold{300};
  int max_seats_per_hold = 4;
  int max_seats_per_user = 4;  // live seats a user and concert

  // Queue: what a concert that says nothing else gets
  int queue_max_active = 500;
  int queue_admissions_per_second = 100;
  std::chrono::seconds queue_active{600};
  std::chrono::seconds queue_idle{120};
  std::chrono::seconds queue_return{600};

  // Store
  std::filesystem::path data_dir = "./data";
  int commit_queue_capacity = 8192;
  int commit_batch = 256;
  int reader_threads = 2;
  int wal_limit_mib = 256;
  int sqlite_cache_mib = 64;

  // Who is asking
  AuthMode auth_mode = AuthMode::open;
  JwtAlgorithm jwt_algorithm = JwtAlgorithm::hs256;
  std::filesystem::path jwt_key_file;
  std::filesystem::path admin_token_file;
  std::filesystem::path ticket_key_file;
  // From the file above or from FRONTROW_JWT_KEY, FRONTROW_ADMIN_TOKEN, FRONTROW_TICKET_KEY; a last line break is dropped.
  // Without: the embedded profile makes its own admin token and ticket key. In jwt mode the key is always here.
  std::optional<Secret> jwt_key;
  std::optional<Secret> admin_token;
  std::optional<Secret> ticket_key;

  // Log
  LogFormat log_format = LogFormat::console;
  LogLevel log_level = LogLevel::info;

  bool demo = false;
};

enum class Subcommand : std::uint8_t { serve, audit, migrate, demo };

struct Parsed {
  Subcommand subcommand;
  Settings settings;
};

// Why the program ends before it began: text for standard output when `code` is 0 (--help, --version), else for standard error.
struct Exit {
  int code;
  std::string text;
};

std::string_view version();

// Reads the configuration and key files that are named; changes nothing. `environment` is the process's null-terminated `environ`.
std::expected<Parsed, Exit> parse_settings(int argc, const char* const* argv, const char* const* environment);

// docs/reference/settings.md, from the same rows.
std::string settings_reference();

}  // namespace frontrow

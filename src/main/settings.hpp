// All settings of an operator, as plain values.
//
// The default is here, beside its member; name, bounds and meaning are in one row of settings_table.cpp. A flag counts
// over the environment, that over the configuration file, that over the default; all are read through that row. An
// unknown name or a value out of bounds stops the start.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/jwt_rules.hpp"
#include "api/limit_rules.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "domain/operator.hpp"
#include "http/clients.hpp"

namespace frontrow {

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

inline constexpr std::uint16_t kUsualAdminPort = 8081;

struct Settings {
  enum class Profile : std::uint8_t { embedded, cluster };
  enum class SeatLockKind : std::uint8_t { redis, none };
  enum class KafkaSecurity : std::uint8_t { plaintext, tls, sasl_plaintext, sasl_tls };
  enum class KafkaMechanism : std::uint8_t { scram_sha_512, scram_sha_256, plain };
  enum class KafkaCompression : std::uint8_t { none, gzip, lz4, snappy, zstd };
  enum class AuthMode : std::uint8_t { open, jwt };
  enum class Swagger : std::uint8_t { automatic, on, off };
  enum class JoinPass : std::uint8_t { by_concert, always };
  enum class ChargeBy : std::uint8_t { automatic, user, service };

  // Server
  std::string host = "127.0.0.1";  // an address, never a name
  std::uint16_t port = 8080;       // 0 = any free one
  std::string admin_host;          // empty = the buyers' address serves operators, too
  std::uint16_t admin_port = kUsualAdminPort;
  Swagger swagger = Swagger::automatic;
  int http_threads = 0;     // 0 = one a core
  int max_connections = 0;  // 0 = as many as the file limit allows
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 64 * 1024;
  std::size_t max_admin_body_bytes = 4 * 1024 * 1024;
  std::size_t slow_reader_mib = 256;
  std::chrono::seconds header_timeout{5};
  std::chrono::seconds body_timeout{10};
  std::chrono::seconds idle_timeout{75};
  std::chrono::milliseconds handler_timeout{2000};
  std::chrono::seconds drain{20};
  std::vector<std::string> cors_origins;  // as browsers write them
  std::vector<std::string> allowed_hosts;

  // Limits of clients
  http::AddressLimits address_limits = http::AddressLimits::automatic;
  std::vector<std::string> trusted_proxies;  // networks
  http::ToldBy client_address_from = http::ToldBy::x_forwarded_for;
  int connections_per_address = 0;  // 0: a quarter of all
  int commands_under_way_per_user = 32;
  int failed_signature_cost = 20;
  http::LimitRates limits = http::usual_rates();

  // Sale
  std::chrono::seconds hold{300};
  int max_seats_per_hold = 4;
  int max_seats_per_user = 4;  // live seats of a user in one concert
  int unpaid_holds_per_hour = 10;
  std::chrono::seconds seat_cool_down{60};
  std::string default_time_zone = "Asia/Seoul";

  // Queue: for concerts without settings of their own
  int queue_max_active = 500;
  int queue_admissions_per_second = 100;
  std::chrono::seconds queue_active{600};
  std::chrono::seconds queue_idle{120};
  std::chrono::seconds queue_return{600};
  int queue_people_per_free_seat = 10;

  // Store
  std::filesystem::path data_dir = "./data";
  int commit_queue_capacity = 8192;
  int commit_batch = 256;
  int reader_threads = 2;
  int seat_map_memory_mib = 512;
  int wal_limit_mib = 256;
  int sqlite_cache_mib = 64;
  std::chrono::hours keep_keys{24};
  std::chrono::days keep_events{30};  // 0 = for ever
  std::chrono::days keep_tickets{7};
  std::chrono::seconds clock_tolerance{300};
  bool accept_stored_time = false;

  // Users and keys
  AuthMode auth_mode = AuthMode::open;
  bool believe_anybody = false;  // auth_mode open on an address that others reach
  ChargeBy charge_by = ChargeBy::automatic;
  std::string top_up_url;  // empty = not given
  std::filesystem::path admin_token_file;
  std::filesystem::path charge_token_file;
  std::filesystem::path ticket_key_file;
  // From the file above or from FRONTROW_JWT_KEY, FRONTROW_ADMIN_TOKEN, FRONTROW_CHARGE_TOKEN, FRONTROW_TICKET_KEY; a last
  // line break is dropped, except of the keys that verify: it may belong to them. If they are empty, the embedded profile makes
  // its own tokens and ticket key. In jwt mode there is the JWT key or a key set.
  std::optional<Secret> jwt_key;
  std::optional<Secret> admin_token;
  std::optional<Secret> charge_token;  // of the payment service
  std::optional<Secret> ticket_key;

  // Bearer tokens
  std::vector<std::string> jwt_algorithms;  // empty: HS256 with a key, those of its keys with a key set
  std::filesystem::path jwt_key_file;
  std::filesystem::path jwt_key_set_file;
  std::string jwt_key_set_url;
  std::string jwt_issuer;
  std::vector<std::string> jwt_audiences, jwt_types, jwt_scopes;
  std::chrono::seconds jwt_leeway{60};
  std::chrono::seconds jwt_max_age{0};  // 0 = any
  http::JwtSubjects jwt_subjects = http::JwtSubjects::numbers;
  int jwt_known_subjects = 1'000'000;
  std::filesystem::path jwt_ca_file;
  std::chrono::seconds jwt_keys_every{600};
  std::chrono::seconds jwt_keys_floor{10};

  // Passes for joins
  JoinPass join_pass = JoinPass::by_concert;
  std::vector<std::string> join_pass_algorithms;  // as jwt_algorithms
  std::filesystem::path join_pass_key_file;
  std::filesystem::path join_pass_key_set_file;
  std::chrono::seconds join_pass_longest{600};
  std::optional<Secret> join_pass_key;

  // Cluster
  Profile profile = Profile::embedded;
  std::vector<HostPort> mysql_primary{{.host = "127.0.0.1", .port = 3306}};
  std::vector<HostPort> mysql_replicas;
  std::string mysql_user = "frontrow";
  std::string mysql_database = "frontrow";
  std::filesystem::path mysql_password_file;
  std::filesystem::path mysql_tls_ca;
  int mysql_writers = 2;
  int mysql_readers = 8;
  int mysql_connections = 15;
  std::chrono::milliseconds mysql_statement_timeout{1'000};
  std::chrono::milliseconds mysql_connect_timeout{500};
  std::chrono::milliseconds replica_lag_limit{2'000};
  std::vector<HostPort> redis_sentinels;
  std::string redis_master = "frontrow";
  std::vector<HostPort> redis_server{{.host = "127.0.0.1", .port = 6379}};
  std::string redis_user;
  std::filesystem::path redis_password_file;
  std::filesystem::path redis_sentinel_password_file;
  bool redis_tls = false;
  std::filesystem::path redis_tls_ca_file;
  std::filesystem::path redis_tls_cert_file;
  std::filesystem::path redis_tls_key_file;
  std::string redis_tls_server_name;
  std::chrono::milliseconds redis_timeout{50};
  std::chrono::milliseconds redis_connect_timeout{500};
  SeatLockKind seat_lock = SeatLockKind::redis;
  std::string kafka_brokers = "127.0.0.1:9092";
  KafkaSecurity kafka_security = KafkaSecurity::plaintext;
  std::filesystem::path kafka_ca_file;
  KafkaMechanism kafka_sasl_mechanism = KafkaMechanism::scram_sha_512;
  std::string kafka_user;
  std::filesystem::path kafka_password_file;
  int kafka_partitions = 6;
  int kafka_replication = 1;
  KafkaCompression kafka_compression = KafkaCompression::gzip;
  std::optional<Secret> mysql_password;
  std::optional<Secret> redis_password;
  std::optional<Secret> redis_sentinel_password;
  std::optional<Secret> kafka_password;

  // Log
  LogFormat log_format = LogFormat::console;
  LogLevel log_level = LogLevel::info;

  bool demo = false;
};

// True if only this machine reaches the buyers' address.
bool is_on_loopback(const Settings& settings);
// True if a payment service charges points, and not the users themselves.
bool is_charged_by_service(const Settings& settings);
// True if the keys of bearer tokens are found by the discovery document of their issuer.
bool discovers_keys(const Settings& settings);
// True if the file that goes with `secret` holds no secret: a public key or a certificate.
bool is_public(std::optional<Secret> Settings::* secret, const Settings& settings);
// True if operators have an address of their own.
inline bool is_apart(const Settings& settings) { return !settings.admin_host.empty(); }

enum class Subcommand : std::uint8_t {
  serve,
  worker,
  audit,
  migrate,
  demo,
  backup,
  restore,
  operator_add,
  operator_list,
  operator_revoke
};

// The words of `frontrow operator …`.
struct OperatorWish {
  std::string name;
  Role role = Role::viewer;
  int days = 0;  // that the account is good for; 0: until it is revoked
};

struct Parsed {
  Subcommand subcommand;
  Settings settings;
  std::filesystem::path folder{};  // of backup and restore
  OperatorWish operator_wish = {};
};

// The early end of the program: text for standard output if `code` is 0 (--help, --version), else for standard error.
struct Exit {
  int code;
  std::string text;
};

std::string_view version();

// Reads the named configuration and key files; changes nothing. `environment` is the process's null-terminated
// `environ`.
std::expected<Parsed, Exit> parse_settings(int argc, const char* const* argv, const char* const* environment);

// The log format that is asked for, as far as it can be seen where settings are refused: how the refusal is written.
LogFormat asked_log_format(int argc, const char* const* argv, const char* const* environment);

// docs/reference/settings.md, from the same rows.
std::string settings_reference();
// docs/reference/limits.md, from the table of limits.
std::string limits_reference();

}  // namespace frontrow

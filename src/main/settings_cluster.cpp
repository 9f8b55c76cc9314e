// Settings of the cluster profile: addresses of MySQL, Redis and Kafka, and time limits for them.
#include "main/setting_kinds.hpp"

namespace frontrow {

namespace {

using S = Settings;

// One "host:port", or a host in brackets: "[::1]:3306".
std::optional<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (host.empty() || error != std::errc{} || end != digits.data() + digits.size() || port == 0) return {};
  return HostPort{.host = std::string{host}, .port = port};
}

std::vector<Setting> mysql_settings() {
  constexpr std::string_view g = "Cluster: MySQL";
  return {
      host_ports({g, "mysql-primary"}, &S::mysql_primary, 1, "The primary: every decision is made there."),
      host_ports(
          {g, "mysql-replicas"}, &S::mysql_replicas, 16, "Read replicas: they answer for concerts, dates and seat maps only."),
      text({g, "mysql-user"}, &S::mysql_user, "a name", "User of the database."),
      text({g, "mysql-database"}, &S::mysql_database, "a name", "Name of the database."),
      path({g, "mysql-password-file"}, &S::mysql_password_file, "a file", "Password of that user."),
      path({g, "mysql-tls-ca"},
           &S::mysql_tls_ca,
           "a file",
           "Authorities that must have signed the server's certificate; empty is no TLS."),
      number({g, "mysql-writers"}, &S::mysql_writers, 1, 32, "Connections that write, each with a thread and batches of its own."),
      number({g, "mysql-readers"}, &S::mysql_readers, 1, 256, "Connections that answer readers from the primary at most."),
      number(
          {g, "mysql-connections"},
          &S::mysql_connections,
          7,
          512,
          "Connections to the primary at most, of all kinds; readers get fewer where the sum would be more. Idle ones are closed."),
      number({g, "mysql-statement-timeout-ms"}, &S::mysql_statement_timeout, 50, 60'000, "A statement may take so long."),
      number({g, "mysql-connect-timeout-ms"}, &S::mysql_connect_timeout, 50, 60'000, "A connection may take so long to be made."),
      number({g, "replica-lag-limit-ms"}, &S::replica_lag_limit, 100, 600'000, "A replica further behind is not asked."),
  };
}

std::vector<Setting> redis_settings() {
  constexpr std::string_view g = "Cluster: Redis";
  return {
      host_ports({g, "redis-sentinels"}, &S::redis_sentinels, 16, "Sentinels: any one of them finds the primary."),
      text({g, "redis-master"}, &S::redis_master, "a name", "The sentinels' name for the primary."),
      host_ports({g, "redis-server"}, &S::redis_server, 1, "The only server, where there are no sentinels."),
      text({g, "redis-user"}, &S::redis_user, "a name", "User for AUTH; empty sends a password only."),
      path({g, "redis-password-file"}, &S::redis_password_file, "a file", "Password for AUTH."),
      path({g, "redis-sentinel-password-file"},
           &S::redis_sentinel_password_file,
           "a file",
           "The sentinels' own password for AUTH; without one, none is sent to them."),
      fact({g, "redis-tls"}, &S::redis_tls, "TLS to Redis and the sentinels; their certificates are verified."),
      path({g, "redis-tls-ca-file"},
           &S::redis_tls_ca_file,
           "a file",
           "Authorities that must have signed the servers' certificates; empty is the system's."),
      path({g, "redis-tls-cert-file"}, &S::redis_tls_cert_file, "a file", "Our certificate, for servers that ask for one."),
      path({g, "redis-tls-key-file"}, &S::redis_tls_key_file, "a file", "Its key, without a passphrase."),
      text({g, "redis-tls-server-name"},
           &S::redis_tls_server_name,
           "a name",
           "The name in the servers' certificates; empty is the host or address connected to."),
      number(
          {g, "redis-timeout-ms"}, &S::redis_timeout, 5, 10'000, "An answer may take so long; then the breaker counts a failure."),
      number({g, "redis-connect-timeout-ms"}, &S::redis_connect_timeout, 50, 60'000, "A connection may take so long to be made."),
      choice<S::SeatLockKind>({g, "seat-lock"},
                              &S::seat_lock,
                              {{"redis", S::SeatLockKind::redis}, {"none", S::SeatLockKind::none}},
                              "Locks that thin the crowd before a seat; they decide nothing."),
  };
}

std::vector<Setting> kafka_settings() {
  constexpr std::string_view g = "Cluster: Kafka";
  return {
      text({g, "kafka-brokers"}, &S::kafka_brokers, "host:port, …", "Some of the brokers; they name the others."),
      choice<S::KafkaSecurity>({g, "kafka-security"},
                               &S::kafka_security,
                               {{"plaintext", S::KafkaSecurity::plaintext},
                                {"tls", S::KafkaSecurity::tls},
                                {"sasl-plaintext", S::KafkaSecurity::sasl_plaintext},
                                {"sasl-tls", S::KafkaSecurity::sasl_tls}},
                               "Protocol to the brokers."),
      path({g, "kafka-ca-file"},
           &S::kafka_ca_file,
           "a file",
           "Authorities that must have signed the brokers' certificates; empty is the system's."),
      choice<S::KafkaMechanism>({g, "kafka-sasl-mechanism"},
                                &S::kafka_sasl_mechanism,
                                {{"scram-sha-512", S::KafkaMechanism::scram_sha_512},
                                 {"scram-sha-256", S::KafkaMechanism::scram_sha_256},
                                 {"plain", S::KafkaMechanism::plain}},
                                "SASL mechanism of our login; plain sends the password, so it needs TLS."),
      text({g, "kafka-user"}, &S::kafka_user, "a name", "User for SASL."),
      path({g, "kafka-password-file"}, &S::kafka_password_file, "a file", "Password for SASL."),
      number({g, "kafka-partitions"}, &S::kafka_partitions, 1, 1'000, "Partitions of a topic that is missing and is made."),
      number({g, "kafka-replication"}, &S::kafka_replication, 1, 16, "Copies of a topic that is missing and is made."),
      choice<S::KafkaCompression>({g, "kafka-compression"},
                                  &S::kafka_compression,
                                  {{"none", S::KafkaCompression::none},
                                   {"gzip", S::KafkaCompression::gzip},
                                   {"lz4", S::KafkaCompression::lz4},
                                   {"snappy", S::KafkaCompression::snappy},
                                   {"zstd", S::KafkaCompression::zstd}},
                                  "Compression of records; many clients need an extra package for all but gzip."),
  };
}

}  // namespace

std::vector<HostPort> parse_host_ports(std::string_view value, std::string& reason) {
  std::vector<HostPort> all;
  while (!value.empty()) {
    const auto comma = value.find(',');
    std::string_view one = value.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    const auto parsed = parse_host_port(one);
    if (!parsed) {
      reason = fmt::format("\"{}\" is no host:port", one);
      return {};
    }
    all.push_back(*parsed);
    value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
  }
  return all;
}

std::string show_host_ports(const std::vector<HostPort>& all) {
  std::string shown;
  for (const HostPort& one : all) shown += fmt::format("{}{}:{}", shown.empty() ? "" : ",", one.host, one.port);
  return shown;
}

std::vector<Setting> cluster_settings() {
  std::vector<Setting> all;
  all.push_back(choice<S::Profile>({"Cluster: MySQL", "profile"},
                                   &S::profile,
                                   {{"embedded", S::Profile::embedded}, {"cluster", S::Profile::cluster}},
                                   "One machine with its own database, or any number of them on MySQL, Redis and Kafka."));
  for (auto group : {mysql_settings, redis_settings, kafka_settings})
    for (auto& setting : group()) all.push_back(std::move(setting));
  return all;
}

}  // namespace frontrow

#include "main/cluster_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "adapters/redis/tls.hpp"
#include "workers/delay_line.hpp"

namespace frontrow {

namespace {

constexpr Duration kLinePatience{2'000};   // for a row in whose line every pod waits
constexpr std::size_t kChores = 3;         // one of them is mostly enough
constexpr Duration kChoresGrowAfter{100};  // a loop waits so long for another's answer
constexpr Duration kChoresPatience{2'000};
constexpr int kOwnWriters = 2;  // of queues' rows, and of what the relay has delivered

mysql::Endpoint endpoint_of(const Settings& settings, const HostPort& at) {
  return {.host = at.host,
          .port = at.port,
          .user = settings.mysql_user,
          .password = settings.mysql_password.value_or(Secret{""}),
          .database = settings.mysql_database,
          .tls_ca = settings.mysql_tls_ca.string()};
}

}  // namespace

mysql::Endpoint primary_of(const Settings& settings) {
  if (settings.mysql_primary.empty()) throw std::runtime_error("mysql-primary is needed");
  return endpoint_of(settings, settings.mysql_primary.front());
}

mysql::ConnectionSettings connection_of(const Settings& settings) {
  return {.connect_timeout = settings.mysql_connect_timeout, .statement_timeout = settings.mysql_statement_timeout};
}

mysql::ConnectionSettings writer_connection_of(const Settings& settings) {
  mysql::ConnectionSettings connection = connection_of(settings);
  connection.lock_timeout = kLinePatience;
  connection.statement_timeout += kLinePatience;  // MariaDB counts the wait for a lock as time of the statement
  return connection;
}

mysql::PoolSettings chores_of(const Settings& settings) {
  return {.endpoint = primary_of(settings),
          .connection = connection_of(settings),
          .most = kChores,
          .patience = kChoresPatience,
          .grows_after = kChoresGrowAfter};
}

mysql::PoolSettings readers_of(const Settings& settings) {
  const int others = settings.mysql_writers + kOwnWriters + static_cast<int>(kChores);
  if (settings.mysql_connections <= others)
    throw std::runtime_error(
        fmt::format("mysql-connections is {}, of which {} are needed for {} mysql-writers and what a pod does by "
                    "itself: that leaves none for readers",
                    settings.mysql_connections,
                    others,
                    settings.mysql_writers));
  return {.endpoint = primary_of(settings),
          .connection = connection_of(settings),
          .most = static_cast<std::size_t>(std::min(settings.mysql_readers, settings.mysql_connections - others))};
}

mysql::ReplicaSettings replicas_of(const Settings& settings) {
  mysql::ReplicaSettings replicas{
      .endpoints = {}, .connection = connection_of(settings), .most_behind = settings.replica_lag_limit};
  for (const HostPort& replica : settings.mysql_replicas) replicas.endpoints.push_back(endpoint_of(settings, replica));
  return replicas;
}

redis::Settings redis_of(const Settings& settings) {
  redis::Settings redis{.primary = settings.redis_master,
                        .user = settings.redis_user,
                        .password = settings.redis_password.value_or(Secret{""}),
                        .sentinel_password = settings.redis_sentinel_password.value_or(Secret{""}),
                        .command_timeout = settings.redis_timeout,
                        .connect_timeout = settings.redis_connect_timeout};
  for (const HostPort& sentinel : settings.redis_sentinels)
    redis.sentinels.push_back({.host = sentinel.host, .port = sentinel.port});
  if (settings.redis_tls)
    redis.tls = std::make_shared<const redis::TlsContext>(
        redis::TlsFiles{
            .trusted = settings.redis_tls_ca_file, .certificate = settings.redis_tls_cert_file, .key = settings.redis_tls_key_file},
        settings.redis_tls_server_name);
  if (!settings.redis_server.empty()) redis.server = {.host = settings.redis_server[0].host, .port = settings.redis_server[0].port};
  return redis;
}

kafka::KafkaSettings kafka_of(const Settings& settings) {
  static constexpr kafka::Security kSecurity[] = {
      kafka::Security::plaintext, kafka::Security::tls, kafka::Security::sasl_plaintext, kafka::Security::sasl_tls};
  static constexpr const char* kMechanisms[] = {"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"};
  static constexpr const char* kCompressions[] = {"none", "gzip", "lz4", "snappy", "zstd"};
  return {.brokers = settings.kafka_brokers,
          .security = kSecurity[static_cast<std::size_t>(settings.kafka_security)],
          .ca_file = settings.kafka_ca_file,
          .sasl_mechanism = kMechanisms[static_cast<std::size_t>(settings.kafka_sasl_mechanism)],
          .user = settings.kafka_user,
          .password = settings.kafka_password,
          .partitions = settings.kafka_partitions,
          .replication_factor = settings.kafka_replication,
          .compression = kCompressions[static_cast<std::size_t>(settings.kafka_compression)]};
}

std::vector<std::string> topics() {
  return {"reservation.created",
          "reservation.expired",
          "reservation.cancelled",
          "payment.completed",
          "queue.activated",
          "concert.changed",
          "schedule.changed",
          std::string{kDeadLetterTopic}};
}

}  // namespace frontrow

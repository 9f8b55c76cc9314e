// The address of Kafka, and the parameters of its use.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace frontrow::kafka {

enum class Security { plaintext, tls, sasl_plaintext, sasl_tls };

struct KafkaSettings {
  std::string brokers;  // host:port[,host:port…], some of them: these name the rest
  std::string client_id = "frontrow";
  Security security = Security::plaintext;
  std::filesystem::path ca_file = {};            // with TLS; empty: the system's
  std::string sasl_mechanism = "SCRAM-SHA-512";  // or PLAIN, SCRAM-SHA-256
  std::string user = {};
  std::optional<Secret> password = {};
  Duration connect_timeout = std::chrono::milliseconds{5'000};  // for a first answer during the start
  Duration answer_timeout =
      std::chrono::milliseconds{20'000};  // for those after it: when many pods start at once, brokers are slow

  // For missing topics. A replication factor of 3 needs min.insync.replicas=2 on the brokers.
  int partitions = 6;
  int replication_factor = 1;

  // The producer's compression: none, gzip, lz4, snappy or zstd.
  std::string compression = "gzip";

  // For a consumer.
  std::string group = "frontrow-expiry";
  Duration session_timeout = std::chrono::milliseconds{10'000};  // after it, other members get the partitions of a dead pod
  Duration max_poll_interval = std::chrono::milliseconds{300'000};
};

}  // namespace frontrow::kafka

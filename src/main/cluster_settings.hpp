// Turns the settings into those of the cluster profile's adapters.
#pragma once

#include <string>
#include <vector>

#include "adapters/kafka/settings.hpp"
#include "adapters/mysql/replicas.hpp"
#include "adapters/redis/settings.hpp"
#include "main/settings.hpp"

namespace frontrow {

mysql::Endpoint primary_of(const Settings& settings);
mysql::ConnectionSettings connection_of(const Settings& settings);
// The connection of the writer that waits in line for queues' rows, as every pod does. A wait is no slow statement.
mysql::ConnectionSettings queue_connection_of(const Settings& settings);
// Each kind of connection to the primary is bounded, and all of them by one setting. What a pod does by itself has few of its own,
// which it shares, so that readers never wait for it.
mysql::PoolSettings chores_of(const Settings& settings);
// Throws when the setting leaves none for readers.
mysql::PoolSettings readers_of(const Settings& settings);
mysql::ReplicaSettings replicas_of(const Settings& settings);
redis::Settings redis_of(const Settings& settings);
kafka::KafkaSettings kafka_of(const Settings& settings);
std::vector<std::string> topics();  // of the events, and of dead letters

}  // namespace frontrow

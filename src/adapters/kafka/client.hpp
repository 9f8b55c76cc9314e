// The shared part of producers and consumers: a configured client of librdkafka that destroys itself, and the text of
// its errors.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <string_view>

#include "adapters/kafka/settings.hpp"
#include "ports/unavailable.hpp"

namespace frontrow::kafka {

// A permanent refusal by Kafka: a missing right, or a setting that it does not accept. Stops a start with this one
// line.
struct KafkaRefused : std::runtime_error {
  explicit KafkaRefused(const std::string& what) : std::runtime_error("kafka: " + what) {}
};

// Deletes through the library's own function.
template <auto function>
struct Deleter {
  void operator()(auto* what) const { function(what); }
};
using Client = std::unique_ptr<rd_kafka_t, Deleter<rd_kafka_destroy>>;
using Topics = std::unique_ptr<rd_kafka_topic_partition_list_t, Deleter<rd_kafka_topic_partition_list_destroy>>;
using Reply = std::unique_ptr<rd_kafka_message_t, Deleter<rd_kafka_message_destroy>>;

class Configuration {
 public:
  explicit Configuration(const KafkaSettings& settings);
  // Throws KafkaRefused with the library's reason.
  Configuration& set(const char* name, const std::string& value);
  rd_kafka_conf_t* get() { return conf_.get(); }
  // Throws KafkaRefused.
  Client make(rd_kafka_type_t type);

 private:
  std::unique_ptr<rd_kafka_conf_t, Deleter<rd_kafka_conf_destroy>> conf_;
};

std::string_view text_of(rd_kafka_resp_err_t error);
bool is_refusal_of_rights(rd_kafka_resp_err_t error);
[[noreturn]] void throw_unavailable(const std::string& what);

}  // namespace frontrow::kafka

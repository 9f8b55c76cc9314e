#include "adapters/kafka/client.hpp"

#include "base/log.hpp"

namespace frontrow::kafka {

namespace {

constexpr int kSyslogError = 3;  // librdkafka counts as syslog does: a lower number is worse

const char* protocol(Security security) {
  switch (security) {
    case Security::plaintext: return "PLAINTEXT";
    case Security::tls: return "SSL";
    case Security::sasl_plaintext: return "SASL_PLAINTEXT";
    case Security::sasl_tls: return "SASL_SSL";
  }
  return "";
}

// Each failed connection would log a line, twice a second while a broker is away. The callers log that once, so these
// lines have the level debug.
void on_log(const rd_kafka_t*, int level, const char* facility, const char* text) {
  const bool is_connection = std::string_view(facility) == "FAIL";
  log(level <= kSyslogError && !is_connection ? LogLevel::warn : LogLevel::debug, "kafka client", {{"what", text}});
}

// The library reconnects by itself, so a lost connection is not reported; a caller notices it by a missing answer.
void on_error(rd_kafka_t*, int error, const char* reason, void*) {
  log_debug("kafka client", {{"error", text_of(static_cast<rd_kafka_resp_err_t>(error))}, {"reason", reason}});
}

}  // namespace

std::string_view text_of(rd_kafka_resp_err_t error) { return rd_kafka_err2str(error); }

bool is_refusal_of_rights(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
         error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
}

void throw_unavailable(const std::string& what) { throw Unavailable("kafka", what); }

Configuration::Configuration(const KafkaSettings& settings) : conf_(rd_kafka_conf_new()) {
  rd_kafka_conf_set_log_cb(conf_.get(), on_log);
  rd_kafka_conf_set_error_cb(conf_.get(), on_error);
  set("bootstrap.servers", settings.brokers);
  set("client.id", settings.client_id);
  set("security.protocol", protocol(settings.security));
  set("allow.auto.create.topics", "false");
  set("reconnect.backoff.max.ms", "2000");
  set("socket.connection.setup.timeout.ms", std::to_string(settings.connect_timeout.count()));
  set("log.connection.close", "false");  // brokers close idle connections as a routine
  if (!settings.ca_file.empty()) set("ssl.ca.location", settings.ca_file.string());
  if (settings.security == Security::sasl_plaintext || settings.security == Security::sasl_tls) {
    set("sasl.mechanism", settings.sasl_mechanism);
    set("sasl.username", settings.user);
    if (settings.password) set("sasl.password", std::string(settings.password->reveal()));
  }
}

Configuration& Configuration::set(const char* name, const std::string& value) {
  char reason[256];
  if (rd_kafka_conf_set(conf_.get(), name, value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) throw KafkaRefused(reason);
  return *this;
}

Client Configuration::make(rd_kafka_type_t type) {
  char reason[256];
  Client client(rd_kafka_new(type, conf_.get(), reason, sizeof reason));
  if (client == nullptr) throw KafkaRefused(reason);
  conf_.release();  // the client owns it now
  return client;
}

}  // namespace frontrow::kafka

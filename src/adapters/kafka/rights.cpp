#include "adapters/kafka/rights.hpp"

#include <fmt/format.h>

#include "adapters/kafka/client.hpp"
#include "base/clock.hpp"

namespace frontrow::kafka {

namespace {

Topics partition_of(const std::string& topic, std::int64_t offset) {
  Topics list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0)->offset = offset;
  return list;
}

[[noreturn]] void refuse(const KafkaSettings& settings, const std::string& topic, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    throw KafkaRefused(fmt::format("we may not follow {} in the group {} ({})", topic, settings.group, text_of(error)));
  throw KafkaRefused(fmt::format("we may not read {} ({})", topic, text_of(error)));
}

// At its end there is nothing to read; to be told so takes the right to read.
void require_reading(rd_kafka_t* consumer, const KafkaSettings& settings, const std::string& topic) {
  rd_kafka_assign(consumer, partition_of(topic, RD_KAFKA_OFFSET_END).get());
  const auto until = steady_now() + settings.connect_timeout;
  while (steady_now() < until) {
    const Reply reply(rd_kafka_consumer_poll(consumer, 100));
    if (reply == nullptr) continue;
    if (reply->err == RD_KAFKA_RESP_ERR_NO_ERROR || reply->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return;
    if (is_refusal_of_rights(reply->err)) refuse(settings, topic, reply->err);
  }
  throw_unavailable(fmt::format("{} cannot be read within {} ms", topic, settings.connect_timeout.count()));
}

// Whoever may be in the group can ask for its offsets. Who may not is told by the next poll; the question itself is left unanswered.
void require_group(rd_kafka_t* consumer, const KafkaSettings& settings, const std::string& topic) {
  const Topics offsets = partition_of(topic, RD_KAFKA_OFFSET_INVALID);
  const auto error = rd_kafka_committed(consumer, offsets.get(), static_cast<int>(settings.connect_timeout.count()));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (is_refusal_of_rights(error)) refuse(settings, topic, error);
  while (const Reply reply{rd_kafka_consumer_poll(consumer, 0)})
    if (is_refusal_of_rights(reply->err)) refuse(settings, topic, reply->err);
  throw_unavailable(fmt::format("the group {} cannot be asked: {}", settings.group, text_of(error)));
}

}  // namespace

void require_rights(const KafkaSettings& settings, const std::string& topic) {
  // It asks for a number as soon as it is there, and is given none when there is nothing it may write to.
  Configuration writing(settings);
  writing.set("enable.idempotence", "true");
  rd_kafka_conf_set_log_cb(writing.get(), [](const rd_kafka_t*, int, const char*, const char*) {});  // we say it ourselves
  const Client producer = writing.make(RD_KAFKA_PRODUCER);

  Configuration reading(settings);
  reading.set("group.id", settings.group).set("enable.auto.commit", "false").set("enable.partition.eof", "true").set("fetch.wait.max.ms", "10");
  const Client consumer = reading.make(RD_KAFKA_CONSUMER);
  rd_kafka_poll_set_consumer(consumer.get());
  require_reading(consumer.get(), settings, topic);
  require_group(consumer.get(), settings, topic);

  rd_kafka_poll(producer.get(), 0);
  char reason[256];
  if (rd_kafka_fatal_error(producer.get(), reason, sizeof reason) != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw KafkaRefused(fmt::format("we may not write to any topic ({})", reason));
}

}  // namespace frontrow::kafka

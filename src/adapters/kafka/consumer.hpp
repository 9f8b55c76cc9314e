// A member of a consumer group on Kafka.
#pragma once

#include <cstdint>

#include "adapters/kafka/client.hpp"
#include "ports/event_stream.hpp"

namespace frontrow::kafka {

class KafkaConsumer final : public EventConsumer {
 public:
  // Joins the group of the settings with the first poll. Without a committed offset it begins with the oldest message.
  KafkaConsumer(const KafkaSettings& settings, const std::string& topic);
  KafkaConsumer(const KafkaConsumer&) = delete;
  // Leaves the group, so that other members get its partitions at once. Gives up after three seconds; then the broker
  // notices later.
  ~KafkaConsumer() override;

  // Throws Unavailable if the topic is missing or not readable for us. While a broker is away, a poll only returns
  // nothing.
  Polled poll(std::size_t limit, Duration wait) override;
  void pause(int partition) override;
  void resume(int partition) override;
  void commit(int partition, std::int64_t next) override;
  std::vector<PartitionLag> lag() override;

 private:
  Topics one(int partition, std::int64_t offset = RD_KAFKA_OFFSET_INVALID) const;
  bool leaves_group();
  bool take(const rd_kafka_message_t& message);
  void forget(int partition);
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions, void* self);

  const std::string topic_;
  Polled polled_;  // the messages of the present poll or, if that threw, for the next one
  Client client_;
};

}  // namespace frontrow::kafka

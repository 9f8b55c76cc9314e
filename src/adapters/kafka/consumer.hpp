// A member of a consumer group on Kafka.
#pragma once

#include <cstdint>

#include "adapters/kafka/client.hpp"
#include "ports/event_stream.hpp"

namespace frontrow::kafka {

class KafkaConsumer final : public EventConsumer {
 public:
  // Joins the settings' group with the first poll. Without a committed offset it begins with the oldest message.
  KafkaConsumer(const KafkaSettings& settings, const std::string& topic);
  KafkaConsumer(const KafkaConsumer&) = delete;
  // Leaves the group, so that its partitions go to others at once; gives up after three seconds, and the broker notices.
  ~KafkaConsumer() override;

  // Throws Unavailable when the topic is not there or not for us; a broker that is away only means that nothing comes.
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
  Polled polled_;  // what has gathered for the poll under way or, when that threw, for the next
  Client client_;
};

}  // namespace frontrow::kafka

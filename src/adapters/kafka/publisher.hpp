// Publishes to Kafka: idempotent, acknowledged by every in-sync replica.
#pragma once

#include "adapters/kafka/client.hpp"
#include "ports/event_stream.hpp"

namespace frontrow::kafka {

class KafkaPublisher final : public EventPublisher {
 public:
  // Connects with the first message. Throws KafkaRefused if the settings are invalid.
  explicit KafkaPublisher(KafkaSettings settings);
  KafkaPublisher(const KafkaPublisher&) = delete;

  // Messages that are not acknowledged in time are removed from the producer, so that none is sent later between
  // messages of the next call. A message that is on the wire by then may still arrive: only as a repetition, and in
  // order.
  std::vector<bool> publish(std::span<const Message> messages, Duration wait) override;

 private:
  struct Batch;
  Client make_producer();
  void enqueue(Batch& batch, std::size_t index, const Message& message, std::chrono::steady_clock::time_point until);
  void give_up(Batch& batch);
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self);

  const KafkaSettings settings_;
  Client producer_;         // null after a call that left messages on the wire
  Batch* batch_ = nullptr;  // the batch of the present call
};

}  // namespace frontrow::kafka

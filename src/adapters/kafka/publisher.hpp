// Publishes to Kafka: idempotent, acknowledged by every replica in sync.
#pragma once

#include "adapters/kafka/client.hpp"
#include "ports/event_stream.hpp"

namespace frontrow::kafka {

class KafkaPublisher final : public EventPublisher {
 public:
  // Connects with the first message. Throws KafkaRefused when the settings make no sense.
  explicit KafkaPublisher(KafkaSettings settings);
  KafkaPublisher(const KafkaPublisher&) = delete;

  // What is not acknowledged in time is taken out of the producer, so that nothing of it is sent later, between messages of the
  // next call. What is on the wire by then may still arrive: at most as a repetition, in the order it had.
  std::vector<bool> publish(std::span<const Message> messages, Duration wait) override;

 private:
  struct Batch;
  Client make_producer();
  void enqueue(Batch& batch, std::size_t index, const Message& message, std::chrono::steady_clock::time_point until);
  void give_up(Batch& batch);
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self);

  const KafkaSettings settings_;
  Client producer_;         // none after a call that left messages on the wire
  Batch* batch_ = nullptr;  // of the call under way
};

}  // namespace frontrow::kafka

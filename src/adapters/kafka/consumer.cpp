#include "adapters/kafka/consumer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/boundary.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace frontrow::kafka {

namespace {

constexpr int kLagPatienceMs = 300;        // for the question about the end of a partition
constexpr Duration kClosePatience{3'000};  // to leave a group; without a leave the broker removes the member later
constexpr int kCloseStepMs = 20;

using Happening = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;

std::string text(const void* bytes, std::size_t size) {
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

std::span<rd_kafka_topic_partition_t> each(const Topics& list) { return {list->elems, static_cast<std::size_t>(list->cnt)}; }

}  // namespace

KafkaConsumer::KafkaConsumer(const KafkaSettings& settings, const std::string& topic) : topic_(topic) {
  Configuration configuration(settings);
  configuration.set("group.id", settings.group)
      .set("enable.auto.commit", "false")
      .set("enable.auto.offset.store", "false")
      .set("auto.offset.reset", "earliest")
      // See docs/adr/0016: the other strategies abort or hang if a member leaves early.
      .set("partition.assignment.strategy", "range")
      .set("session.timeout.ms", std::to_string(settings.session_timeout.count()))
      .set("heartbeat.interval.ms", std::to_string(std::max<Duration::rep>(settings.session_timeout.count() / 10, 100)))
      .set("max.poll.interval.ms", std::to_string(settings.max_poll_interval.count()))
      .set("queued.max.messages.kbytes", "4096")
      .set("fetch.wait.max.ms", "100");
  rd_kafka_conf_set_opaque(configuration.get(), this);
  rd_kafka_conf_set_rebalance_cb(configuration.get(), on_rebalance);
  client_ = configuration.make(RD_KAFKA_CONSUMER);
  rd_kafka_poll_set_consumer(client_.get());
  const Topics topics = one(RD_KAFKA_PARTITION_UA);
  if (const auto error = rd_kafka_subscribe(client_.get(), topics.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw KafkaRefused(fmt::format("cannot follow {}: {}", topic, text_of(error)));
}

// The library's own close has no time limit.
KafkaConsumer::~KafkaConsumer() {
  if (leaves_group()) return;
  log_warn("left a consumer group without telling the broker", {{"topic", topic_}});
  [[maybe_unused]] auto* left_behind = client_.release();  // its destructor would wait as its close does
}

bool KafkaConsumer::leaves_group() {
  const std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>> queue(rd_kafka_queue_new(client_.get()));
  if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_.get(), queue.get()); error != nullptr) {
    rd_kafka_error_destroy(error);
    return false;
  }
  const auto until = steady_now() + kClosePatience;
  while (rd_kafka_consumer_closed(client_.get()) == 0 && steady_now() < until) {
    const Happening happening(rd_kafka_queue_poll(queue.get(), kCloseStepMs));
    if (happening != nullptr && rd_kafka_event_type(happening.get()) == RD_KAFKA_EVENT_REBALANCE)
      on_rebalance(
          client_.get(), rd_kafka_event_error(happening.get()), rd_kafka_event_topic_partition_list(happening.get()), this);
  }
  return rd_kafka_consumer_closed(client_.get()) == 1;
}

Topics KafkaConsumer::one(int partition, std::int64_t offset) const {
  Topics list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = offset;
  return list;
}

// Runs within poll and close, on the caller's thread.
void KafkaConsumer::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions,
                                 void* self) {
  auto& consumer = *static_cast<KafkaConsumer*>(self);
  const std::span changed(partitions->elems, static_cast<std::size_t>(partitions->cnt));
  const bool are_given = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  if (!are_given)
    for (const auto& partition : changed) consumer.forget(partition.partition);
  const auto error = rd_kafka_assign(client, are_given ? partitions : nullptr);
  // A partition stays paused even after it was taken away and given back.
  if (are_given) rd_kafka_resume_partitions(client, partitions);
  if (are_given) {
    log_info("partitions have moved", {{"topic", consumer.topic_}, {"given", changed.size()}});
  } else {
    log_info("partitions have moved", {{"topic", consumer.topic_}, {"taken", changed.size()}});
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) log_warn("partitions could not be moved", {{"reason", text_of(error)}});
}

// Messages of these partitions that the present poll has gathered belong to another member now.
void KafkaConsumer::forget(int partition) {
  std::erase_if(polled_.messages, [&](const ReceivedMessage& message) { return message.partition == partition; });
  // A callback of a C library: no exception may pass through it.
  contained("partition that was taken away", [&] { polled_.revoked.push_back(partition); });
}

// False if it brought no message.
bool KafkaConsumer::take(const rd_kafka_message_t& message) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      polled_.messages.push_back({.topic = topic_,
                                  .partition = message.partition,
                                  .offset = message.offset,
                                  .key = text(message.key, message.key_len),
                                  .payload = text(message.payload, message.len)});
      return true;
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
      log_warn("removed from the consumer group for not polling", {{"topic", topic_}});
      return false;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR__FATAL: throw_unavailable(fmt::format("cannot follow {}: {}", topic_, text_of(message.err)));
    default: log_debug("kafka consumer", {{"topic", topic_}, {"error", text_of(message.err)}}); return false;
  }
}

Polled KafkaConsumer::poll(std::size_t limit, Duration wait) {
  int patience = static_cast<int>(wait.count());
  while (polled_.messages.size() < limit) {
    const Reply reply(rd_kafka_consumer_poll(client_.get(), patience));
    if (reply == nullptr || !take(*reply)) break;
    patience = 0;
  }
  return std::exchange(polled_, {});
}

void KafkaConsumer::pause(int partition) { rd_kafka_pause_partitions(client_.get(), one(partition).get()); }

void KafkaConsumer::resume(int partition) { rd_kafka_resume_partitions(client_.get(), one(partition).get()); }

void KafkaConsumer::commit(int partition, std::int64_t next) {
  const auto error = rd_kafka_commit(client_.get(), one(partition, next).get(), 1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) log_debug("offset not committed", {{"topic", topic_}, {"reason", text_of(error)}});
}

std::vector<PartitionLag> KafkaConsumer::lag() {
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  if (rd_kafka_assignment(client_.get(), &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const Topics partitions(assigned);
  if (rd_kafka_committed(client_.get(), assigned, kLagPatienceMs) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  std::vector<PartitionLag> lags;
  for (const auto& partition : each(partitions)) {
    std::int64_t low = 0, high = 0;
    const auto error =
        rd_kafka_query_watermark_offsets(client_.get(), topic_.c_str(), partition.partition, &low, &high, kLagPatienceMs);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    lags.push_back({.partition = partition.partition, .committed = std::max(low, partition.offset), .end = high});
  }
  return lags;
}

}  // namespace frontrow::kafka

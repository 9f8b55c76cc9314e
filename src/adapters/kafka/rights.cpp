#include "adapters/kafka/rights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

#include "adapters/kafka/client.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace frontrow::kafka {

namespace {

using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
using Answer = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;

constexpr int kStepMs = 20;
constexpr std::int32_t kNoPartition = std::numeric_limits<std::int32_t>::max();

Topics one(const std::string& topic, std::int32_t partition, std::int64_t offset) {
  Topics list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  return list;
}

// Tests the right to write to each of these. The message asks for two acknowledgements, which no broker gives. A broker
// checks rights first: so "invalid acknowledgements" means that the right is there.
class WriteQuestions {
 public:
  WriteQuestions(const KafkaSettings& settings, std::span<const std::string> topics);
  WriteQuestions(const WriteQuestions&) = delete;
  // Waits for the answers. Throws KafkaRefused with the topics without the right, Unavailable if an answer is missing
  // or unexpected.
  void require_yes();

 private:
  void ask(std::size_t index);
  void check_yes(const std::string& topic, rd_kafka_resp_err_t answer) const;
  static void on_answer(rd_kafka_t*, const rd_kafka_message_t* message, void*);

  const KafkaSettings& settings_;
  const std::span<const std::string> topics_;
  std::vector<rd_kafka_resp_err_t> answers_;
  Client producer_;
};

constexpr auto kNone = RD_KAFKA_RESP_ERR__NOENT;
constexpr auto kYes = RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS;

WriteQuestions::WriteQuestions(const KafkaSettings& settings, std::span<const std::string> topics)
    : settings_(settings), topics_(topics), answers_(topics.size(), kNone) {
  Configuration configuration(settings);
  configuration.set("acks", "2").set("linger.ms", "0");
  rd_kafka_conf_set_dr_msg_cb(configuration.get(), on_answer);
  producer_ = configuration.make(RD_KAFKA_PRODUCER);
  for (std::size_t index = 0; index < topics.size(); ++index) ask(index);
}

void WriteQuestions::ask(std::size_t index) {
  const rd_kafka_vu_t parts[] = {
      {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = topics_[index].c_str()}},
      {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = 0}},
      {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = &answers_[index]}},
  };
  const std::unique_ptr<rd_kafka_error_t, Deleter<rd_kafka_error_destroy>> error(
      rd_kafka_produceva(producer_.get(), parts, std::size(parts)));
  if (error != nullptr) answers_[index] = rd_kafka_error_code(error.get());
}

void WriteQuestions::on_answer(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  *static_cast<rd_kafka_resp_err_t*>(message->_private) = message->err;
}

void WriteQuestions::require_yes() {
  const auto until = steady_now() + settings_.answer_timeout;
  while (std::ranges::find(answers_, kNone) != answers_.end() && steady_now() < until) rd_kafka_poll(producer_.get(), kStepMs);
  std::vector<std::string_view> refused;
  for (std::size_t index = 0; index < topics_.size(); ++index)
    if (is_refusal_of_rights(answers_[index])) refused.push_back(topics_[index]);
  if (!refused.empty())
    throw KafkaRefused(fmt::format(
        "we may not write to {} ({})", fmt::join(refused, ", "), text_of(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)));
  for (std::size_t index = 0; index < topics_.size(); ++index) check_yes(topics_[index], answers_[index]);
}

void WriteQuestions::check_yes(const std::string& topic, rd_kafka_resp_err_t answer) const {
  if (answer == kYes) return;
  if (answer == RD_KAFKA_RESP_ERR_NO_ERROR) {
    log_warn("this broker accepts any acks: an empty message was written", {{"topic", topic}});
    return;
  }
  throw_unavailable(fmt::format("the right to write to {} was not answered within {} ms: {}",
                                topic,
                                settings_.answer_timeout.count(),
                                answer == kNone ? "no answer" : text_of(answer)));
}

// Requests a producer id as soon as possible. Brokers before 2.8 give none without the right IdempotentWrite.
Client numbered_producer(const KafkaSettings& settings) {
  Configuration writing(settings);
  writing.set("enable.idempotence", "true");
  // The errors are reported by us.
  rd_kafka_conf_set_log_cb(writing.get(), [](const rd_kafka_t*, int, const char*, const char*) {});
  return writing.make(RD_KAFKA_PRODUCER);
}

Client reader(const KafkaSettings& settings) {
  Configuration reading(settings);
  reading.set("group.id", settings.group)
      .set("enable.auto.commit", "false")
      .set("enable.partition.eof", "true")
      .set("fetch.wait.max.ms", "10");
  Client consumer = reading.make(RD_KAFKA_CONSUMER);
  rd_kafka_poll_set_consumer(consumer.get());
  return consumer;
}

[[noreturn]] void refuse(const KafkaSettings& settings, const std::string& topic, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    throw KafkaRefused(fmt::format("we may not follow {} in the group {} ({})", topic, settings.group, text_of(error)));
  throw KafkaRefused(fmt::format("we may not read {} ({})", topic, text_of(error)));
}

// A read at the partition's end returns no message, but an answer about it needs the right to read.
void require_reading(rd_kafka_t* consumer, const KafkaSettings& settings, const std::string& topic) {
  rd_kafka_assign(consumer, one(topic, 0, RD_KAFKA_OFFSET_END).get());
  const auto until = steady_now() + settings.answer_timeout;
  while (steady_now() < until) {
    const Reply reply(rd_kafka_consumer_poll(consumer, kStepMs));
    if (reply == nullptr) continue;
    if (reply->err == RD_KAFKA_RESP_ERR_NO_ERROR || reply->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return;
    if (is_refusal_of_rights(reply->err)) refuse(settings, topic, reply->err);
  }
  throw_unavailable(fmt::format("{} cannot be read within {} ms", topic, settings.answer_timeout.count()));
}

// Joining and committing both need the right to read the group. A commit disturbs no member: with the right, the answer
// is that there is no such partition. Without the right to see the group at all, a poll says so, and the commit is
// never answered.
void require_group(rd_kafka_t* consumer, const KafkaSettings& settings, const std::string& topic) {
  const Queue queue(rd_kafka_queue_new(consumer));
  const auto refused = rd_kafka_commit_queue(consumer, one(topic, kNoPartition, 0).get(), queue.get(), nullptr, nullptr);
  if (refused != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw_unavailable(fmt::format("the group {} cannot be asked: {}", settings.group, text_of(refused)));
  const auto until = steady_now() + settings.answer_timeout;
  while (steady_now() < until) {
    while (const Reply reply{rd_kafka_consumer_poll(consumer, 0)})
      if (is_refusal_of_rights(reply->err)) refuse(settings, topic, reply->err);
    const Answer answer(rd_kafka_queue_poll(queue.get(), kStepMs));
    if (answer == nullptr || rd_kafka_event_type(answer.get()) != RD_KAFKA_EVENT_OFFSET_COMMIT) continue;
    const auto error = rd_kafka_event_error(answer.get());
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return;
    if (is_refusal_of_rights(error)) refuse(settings, topic, error);
    throw_unavailable(fmt::format("the group {} cannot be asked: {}", settings.group, text_of(error)));
  }
  throw_unavailable(fmt::format("the group {} has no answer within {} ms", settings.group, settings.answer_timeout.count()));
}

}  // namespace

void require_rights(const KafkaSettings& settings, const std::string& followed, std::span<const std::string> written) {
  WriteQuestions writing(settings, written);  // under way while the other questions are asked
  const Client numbered = numbered_producer(settings);
  const Client consumer = reader(settings);
  require_reading(consumer.get(), settings, followed);
  require_group(consumer.get(), settings, followed);
  writing.require_yes();

  rd_kafka_poll(numbered.get(), 0);
  char reason[256];
  if (rd_kafka_fatal_error(numbered.get(), reason, sizeof reason) != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw KafkaRefused(fmt::format("we may not write idempotently: the right IdempotentWrite is missing ({})", reason));
}

}  // namespace frontrow::kafka

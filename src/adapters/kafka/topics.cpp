#include "adapters/kafka/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "adapters/kafka/client.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace frontrow::kafka {

namespace {

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
using AdminReply = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, Deleter<rd_kafka_AdminOptions_destroy>>;
using Names = std::set<std::string, std::less<>>;

constexpr Duration kCreation{10'000};

// The first reason counts: "all brokers are down" only follows from it.
void remember_first(rd_kafka_t*, int, const char* reason, void* first) {
  if (auto& text = *static_cast<std::string*>(first); text.empty()) text = reason;
}

[[noreturn]] void throw_unreachable(rd_kafka_t* client, const KafkaSettings& settings, rd_kafka_resp_err_t error) {
  if (is_refusal_of_rights(error)) throw KafkaRefused(fmt::format("we may not list the topics ({})", text_of(error)));
  rd_kafka_poll(client, 0);  // passes on errors that have happened meanwhile
  const auto& first = *static_cast<const std::string*>(rd_kafka_opaque(client));
  throw_unavailable(fmt::format("no broker of {} lets us in within {} ms: {}",
                                settings.brokers,
                                settings.connect_timeout.count(),
                                first.empty() ? text_of(error) : std::string_view(first)));
}

// The members of `wanted` that have a leader for each partition.
Names ready_topics(rd_kafka_t* client, const KafkaSettings& settings, std::span<const std::string> wanted) {
  const struct rd_kafka_metadata* found = nullptr;
  const auto error = rd_kafka_metadata(client, 1, nullptr, &found, static_cast<int>(settings.connect_timeout.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw_unreachable(client, settings, error);
  const std::unique_ptr<const struct rd_kafka_metadata, Deleter<rd_kafka_metadata_destroy>> metadata(found);
  Names ready;
  for (const auto& topic : std::span(metadata->topics, static_cast<std::size_t>(metadata->topic_cnt))) {
    const std::span partitions(topic.partitions, static_cast<std::size_t>(topic.partition_cnt));
    const bool is_led = !partitions.empty() && std::ranges::all_of(partitions, [](const auto& each) { return each.leader >= 0; });
    if (is_led && std::ranges::find(wanted, topic.topic) != wanted.end()) ready.insert(topic.topic);
  }
  return ready;
}

std::vector<NewTopic> describe(const KafkaSettings& settings, std::span<const std::string> names) {
  std::vector<NewTopic> topics;
  for (const std::string& name : names) {
    char reason[256];
    topics.emplace_back(
        rd_kafka_NewTopic_new(name.c_str(), settings.partitions, settings.replication_factor, reason, sizeof reason));
    if (topics.back() == nullptr) throw KafkaRefused(fmt::format("topic {}: {}", name, reason));
  }
  return topics;
}

void check_created(const rd_kafka_topic_result_t& result) {
  const auto error = rd_kafka_topic_result_error(&result);
  const char* name = rd_kafka_topic_result_name(&result);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    log_info("topic created", {{"topic", name}});
  } else if (is_refusal_of_rights(error)) {
    throw KafkaRefused(
        fmt::format("topic {} is not there, or not shown to us, and we may not create it ({})", name, text_of(error)));
  } else if (error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
    const char* reason = rd_kafka_topic_result_error_string(&result);
    throw KafkaRefused(
        fmt::format("topic {} cannot be created: {}", name, reason != nullptr ? std::string_view(reason) : text_of(error)));
  }
}

void create(rd_kafka_t* client, const KafkaSettings& settings, std::span<const std::string> names) {
  const std::vector<NewTopic> topics = describe(settings, names);
  std::vector<rd_kafka_NewTopic_t*> pointers;
  for (const NewTopic& topic : topics) pointers.push_back(topic.get());
  const Options options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  char reason[256];
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), static_cast<int>(kCreation.count()), reason, sizeof reason);
  const Queue queue(rd_kafka_queue_new(client));
  rd_kafka_CreateTopics(client, pointers.data(), pointers.size(), options.get(), queue.get());
  const AdminReply reply(rd_kafka_queue_poll(queue.get(), static_cast<int>((2 * kCreation).count())));
  if (reply == nullptr) throw_unavailable("no answer to the creation of topics");
  if (rd_kafka_event_error(reply.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw_unavailable(fmt::format("topics not created: {}", rd_kafka_event_error_string(reply.get())));
  std::size_t count = 0;
  const auto* const* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(reply.get()), &count);
  for (const auto* result : std::span(results, count)) check_created(*result);
}

}  // namespace

void ensure_topics(const KafkaSettings& settings, std::span<const std::string> names) {
  std::string first_error;
  Configuration configuration(settings);
  rd_kafka_conf_set_opaque(configuration.get(), &first_error);
  rd_kafka_conf_set_error_cb(configuration.get(), remember_first);
  const Client client = configuration.make(RD_KAFKA_PRODUCER);
  const auto until = steady_now() + kCreation;
  for (bool has_created = false;; has_created = true) {
    const Names ready = ready_topics(client.get(), settings, names);
    std::vector<std::string> missing;
    std::ranges::copy_if(names, std::back_inserter(missing), [&](const std::string& name) { return !ready.contains(name); });
    if (missing.empty()) return;
    if (!has_created) create(client.get(), settings, missing);
    if (steady_now() > until) throw_unavailable(fmt::format("topic {} has no leader", missing.front()));
    if (has_created) rd_kafka_poll(client.get(), 50);  // a moment for the brokers to agree
  }
}

}  // namespace frontrow::kafka

#include "adapters/kafka/publisher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace frontrow::kafka {

namespace {

using Time = std::chrono::steady_clock::time_point;

int milliseconds_until(Time until) {
  const auto left = std::chrono::ceil<Duration>(until - steady_now());
  return static_cast<int>(std::clamp<Duration::rep>(left.count(), 0, 100));
}

rd_kafka_headers_t* make_headers(const Message& message) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(message.headers.size());
  for (const auto& [name, value] : message.headers)
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(), static_cast<ssize_t>(value.size()));
  return headers;
}

}  // namespace

struct KafkaPublisher::Batch {
  std::vector<bool> delivered;
  std::size_t outstanding = 0;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;  // the first failure
  bool may_arrive_later = false;                           // a failed message was on the wire
};

KafkaPublisher::KafkaPublisher(KafkaSettings settings) : settings_(std::move(settings)), producer_(make_producer()) {}

Client KafkaPublisher::make_producer() {
  Configuration configuration(settings_);
  configuration.set("enable.idempotence", "true")
      .set("acks", "all")
      .set("message.timeout.ms",
           "0")  // the caller has a deadline; if a message timed out alone, the next one would follow a gap
      .set("linger.ms", "1")
      .set("compression.type", settings_.compression);
  rd_kafka_conf_set_opaque(configuration.get(), this);
  rd_kafka_conf_set_dr_msg_cb(configuration.get(), on_delivery);
  return configuration.make(RD_KAFKA_PRODUCER);
}

void KafkaPublisher::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  Batch& batch = *static_cast<KafkaPublisher*>(self)->batch_;
  --batch.outstanding;
  batch.delivered[reinterpret_cast<std::uintptr_t>(message->_private)] = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (batch.error == RD_KAFKA_RESP_ERR_NO_ERROR) batch.error = message->err;
  if (rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED) batch.may_arrive_later = true;
}

void KafkaPublisher::enqueue(Batch& batch, std::size_t index, const Message& message, Time until) {
  rd_kafka_headers_t* headers = make_headers(message);
  const auto memory = [](const std::string& text) {
    return decltype(rd_kafka_vu_t::u){.mem = {const_cast<char*>(text.data()), text.size()}};
  };
  const rd_kafka_vu_t parts[] = {
      {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = message.topic.c_str()}},
      {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}},
      {.vtype = RD_KAFKA_VTYPE_KEY, .u = memory(message.key)},
      {.vtype = RD_KAFKA_VTYPE_VALUE, .u = memory(message.payload)},
      {.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {.headers = headers}},
      {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = reinterpret_cast<void*>(index)}},
  };
  for (;;) {
    const std::unique_ptr<rd_kafka_error_t, Deleter<rd_kafka_error_destroy>> error(
        rd_kafka_produceva(producer_.get(), parts, std::size(parts)));
    if (error == nullptr) {
      ++batch.outstanding;
      return;
    }
    const auto code = rd_kafka_error_code(error.get());
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && steady_now() < until) {
      rd_kafka_poll(producer_.get(), milliseconds_until(until));
      continue;
    }
    if (batch.error == RD_KAFKA_RESP_ERR_NO_ERROR) batch.error = code;
    return rd_kafka_headers_destroy(headers);
  }
}

// No message of this batch may be sent later, between messages of the next batch.
void KafkaPublisher::give_up(Batch& batch) {
  rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  // Takes the reports of purged messages; a message that was delivered meanwhile says so.
  const auto until = steady_now() + std::chrono::seconds{1};
  while (batch.outstanding > 0 && steady_now() < until) rd_kafka_poll(producer_.get(), 10);
  // If messages were on the wire, the broker's sequence may differ from this producer's, so the producer is replaced.
  // Otherwise it is kept: it may still be connecting.
  const bool is_fatal = rd_kafka_fatal_error(producer_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
  if (batch.outstanding > 0 || batch.may_arrive_later || is_fatal) producer_.reset();
}

std::vector<bool> KafkaPublisher::publish(std::span<const Message> messages, Duration wait) {
  if (messages.empty()) return {};
  const auto until = steady_now() + wait;
  Batch batch{.delivered = std::vector<bool>(messages.size())};
  batch_ = &batch;
  if (producer_ == nullptr) try {
      producer_ = make_producer();
    } catch (const KafkaRefused& refused) {
      throw_unavailable(refused.what());
    }
  for (std::size_t index = 0; index < messages.size(); ++index) enqueue(batch, index, messages[index], until);
  while (batch.outstanding > 0 && steady_now() < until) rd_kafka_poll(producer_.get(), milliseconds_until(until));
  const std::string_view reason = batch.error == RD_KAFKA_RESP_ERR_NO_ERROR ? "not acknowledged in time" : text_of(batch.error);
  if (batch.outstanding > 0 || batch.error != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(batch);
  const auto lost = std::ranges::count(batch.delivered, false);
  if (lost == 0) return std::move(batch.delivered);
  if (lost == std::ssize(messages)) throw_unavailable(fmt::format("nothing was delivered within {} ms: {}", wait.count(), reason));
  log_warn("not every message was delivered", {{"reason", reason}, {"delivered", std::ssize(messages) - lost}, {"not", lost}});
  return std::move(batch.delivered);
}

}  // namespace frontrow::kafka

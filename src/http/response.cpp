#include "http/response.hpp"

#include "base/check.hpp"
#include "http/connection.hpp"

namespace frontrow::http {

namespace {

// The connection of an open exchange, on its own thread.
ConnectionPtr connection_of(const std::shared_ptr<Mailbox>& mailbox, ExchangeKey key) {
  Loop* loop = Loop::current();
  CHECK(loop != nullptr && loop->mailbox() == mailbox);
  return loop->find(key);
}

bool is_here(const std::shared_ptr<Mailbox>& mailbox) {
  const Loop* loop = Loop::current();
  return loop != nullptr && loop->mailbox() == mailbox;
}

}  // namespace

Response& Response::add_header(std::string_view name, std::string_view value) {
  headers += name;
  headers += ": ";
  const std::size_t begin = headers.size();
  headers += value;
  for (std::size_t i = begin; i < headers.size(); ++i)
    if (const auto c = static_cast<unsigned char>(headers[i]); c < 0x20 || c == 0x7f) headers[i] = '?';
  headers += "\r\n";
  return *this;
}

void Responder::give_up() {
  const auto drop = [mailbox = mailbox_, key = key_] {
    if (const auto connection = connection_of(mailbox, key)) connection->drop();
  };
  if (is_here(mailbox_)) {
    drop();
  } else {
    mailbox_->post(drop);
  }
}

void Responder::send(Response response) && {
  CHECK(mailbox_ != nullptr);
  const auto mailbox = std::move(mailbox_);
  if (const auto connection = connection_of(mailbox, key_)) connection->send(std::move(response));
}

void Responder::refuse(Refusal refusal) && {
  CHECK(mailbox_ != nullptr);
  const auto mailbox = std::move(mailbox_);
  if (const auto connection = connection_of(mailbox, key_)) connection->refuse(refusal);
}

void Responder::keep_request() {
  CHECK(mailbox_ != nullptr);
  if (const auto connection = connection_of(mailbox_, key_)) connection->keep_request();
}

void Responder::handle_again(std::optional<std::int64_t> note) && {
  CHECK(mailbox_ != nullptr);
  const auto mailbox = std::move(mailbox_);
  if (const auto connection = connection_of(mailbox, key_)) connection->handle_again(note);
}

EventStream Responder::stream(Response response) && {
  CHECK(mailbox_ != nullptr);
  const auto mailbox = std::move(mailbox_);
  if (const auto connection = connection_of(mailbox, key_)) connection->begin_stream(std::move(response));
  return EventStream{mailbox, key_};
}

bool EventStream::is_open() const { return connection_of(mailbox_, key_) != nullptr; }

bool EventStream::write(std::string_view text) const {
  const auto connection = connection_of(mailbox_, key_);
  return connection && connection->write_stream(text);
}

std::size_t EventStream::buffered() const {
  const auto connection = connection_of(mailbox_, key_);
  return connection ? connection->stream_buffered() : 0;
}

void EventStream::on_drained(std::function<void()> callback) const {
  if (const auto connection = connection_of(mailbox_, key_)) connection->on_stream_drained(std::move(callback));
}

void EventStream::on_closed(std::function<void()> callback) const {
  if (const auto connection = connection_of(mailbox_, key_)) connection->on_stream_closed(std::move(callback));
}

void EventStream::end() const {
  if (const auto connection = connection_of(mailbox_, key_)) connection->end_stream();
}

}  // namespace frontrow::http

// The answer of a handler, and the one-time right to send it.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.hpp"
#include "http/mailbox.hpp"

namespace frontrow::http {

inline constexpr std::string_view kJsonType = "application/json";

using SharedBytes = std::shared_ptr<const std::string>;
using SharedParts = std::shared_ptr<const std::vector<SharedBytes>>;

inline SharedParts one_part(std::string bytes) {
  return std::make_shared<const std::vector<SharedBytes>>(1, std::make_shared<const std::string>(std::move(bytes)));
}

struct Response {
  int status = 200;
  std::string_view content_type = kJsonType;    // static text
  std::string_view cache_control = "no-store";  // static text
  std::string headers = {};                     // further lines, each with its CRLF; see add_header
  std::string body = {};                        // first part of the body
  SharedParts parts = {};                       // the rest, sent without a copy; null: no more
  std::size_t parts_size = 0;                   // bytes in `parts`; 0: to be counted
  bool is_unrendered = false;                   // an answer to HEAD whose body was not made, so its length is not said

  static Response json(std::string body, int status = 200) { return {.status = status, .body = std::move(body)}; }
  static Response no_content() { return {.status = 204}; }

  // To HEAD, where GET would have to render a body first (RFC 9110, 9.3.2: its length may be left out).
  static Response unrendered() { return {.is_unrendered = true}; }

  // With any value it stays one header: control characters become '?'.
  Response& add_header(std::string_view name, std::string_view value);
};

// One request on one connection of one HTTP thread. It is over once it is answered or the client has left.
struct ExchangeKey {
  std::uint32_t slot = 0;
  std::uint64_t number = 0;
};

// An answer that is sent bit by bit, in chunks, until one side ends it: server-sent events. The handle may be copied.
// All functions except post() must be called on the HTTP thread of the connection. A silent stream sends comments. A
// reader that lets more than Limits::stream_buffer pile up is dropped.
class EventStream {
 public:
  bool is_open() const;
  // False if the stream is not open, or if this write has ended it.
  bool write(std::string_view text) const;
  // Bytes that the peer has not taken yet; 0 if not open.
  std::size_t buffered() const;
  // Called when all written bytes have left, if some had to wait.
  void on_drained(std::function<void()> callback) const;
  // Called once when the stream ends other than by end(): the peer left or was too slow, or the server stops.
  void on_closed(std::function<void()> callback) const;
  void end() const;

  // From any thread: calls fn(EventStream) on the thread of the connection; the stream may have ended meanwhile. If the
  // server has stopped, returns false and destroys fn.
  template <std::invocable<EventStream> F>
  bool post(F fn) const {
    return mailbox_->post([stream = *this, fn = std::move(fn)]() mutable { fn(stream); });
  }

 private:
  friend class Responder;
  EventStream(std::shared_ptr<Mailbox> mailbox, ExchangeKey key) : mailbox_(std::move(mailbox)), key_(key) {}

  std::shared_ptr<Mailbox> mailbox_;
  ExchangeKey key_;
};

// Must be used exactly once, on the HTTP thread of the connection; resume() brings it there from another thread. If the
// client has left, using it does nothing. If it is destroyed unused, on any thread, it answers OUTCOME_UNKNOWN, because
// the outcome of the request is lost.
class Responder {
 public:
  Responder(Responder&& other) noexcept = default;
  Responder& operator=(Responder&&) = delete;
  ~Responder() {
    if (mailbox_ != nullptr) give_up();
  }

  void send(Response response) &&;
  void refuse(Refusal refusal) &&;
  // Keeps `luggage` until the request is answered or given up, on whichever thread: also after its client has left.
  void carry(std::shared_ptr<const void> luggage) { luggage_ = std::move(luggage); }
  // Within a handler: the request stays until it is answered, and may be handled again. Its connection keeps its buffer.
  void keep_request();
  // On the HTTP thread, after keep_request(): calls the handler once more, with the same request, which keeps the note.
  void handle_again(std::optional<std::int64_t> note) &&;
  // Sends the head of `response`, ignores its body, and goes on as a stream.
  EventStream stream(Response response) &&;

  // From any thread: calls fn(Responder) on the thread of the connection. If the server has stopped, fn is destroyed.
  template <std::invocable<Responder> F>
  void resume(F fn) && {
    const std::shared_ptr<Mailbox> mailbox = mailbox_;
    mailbox->post([responder = std::move(*this), fn = std::move(fn)]() mutable { fn(std::move(responder)); });
  }

 private:
  friend class Connection;
  Responder(std::shared_ptr<Mailbox> mailbox, ExchangeKey key) : mailbox_(std::move(mailbox)), key_(key) {}
  void give_up();

  std::shared_ptr<Mailbox> mailbox_;  // null once used
  ExchangeKey key_;
  std::shared_ptr<const void> luggage_;
};

// Answers with the value or the refusal.
inline void respond(Responder responder, Result<Response> result) {
  if (result) {
    std::move(responder).send(std::move(*result));
  } else {
    std::move(responder).refuse(std::move(result.error()));
  }
}

}  // namespace frontrow::http

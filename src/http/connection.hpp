// One client: reads requests, passes them to handlers, writes the answers, strictly one after the other.
//
//   idle ─▶ head ─▶ body ─▶ handling ─▶ writing ─▶ idle …        or, when the connection ends: writing ─▶ lingering ─▶ closed
//                              └─────▶ streaming ─┘
// Between requests a connection is warm for a moment: it keeps its buffer, and the kernel's notice brings the bytes of the
// next request with it. Then it is cold and has no buffer.
//
// advance() goes on from any state until it has to wait: for bytes, for room in the socket, or for the Responder. At
// most one deadline runs in each state.
#pragma once

#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "http/deadline_list.hpp"
#include "http/incoming.hpp"
#include "http/loop.hpp"
#include "http/outgoing.hpp"
#include "http/trace.hpp"

namespace frontrow::http {

class Connection final : public Deadline, public boost::intrusive_ref_counter<Connection, boost::thread_unsafe_counter> {
 public:
  Connection(Loop& loop, Socket socket, const asio::ip::address& peer, std::uint32_t slot, bool within_limit);

  // `place`: among the connections of its client's address.
  void start(Tally::Hold place);
  // For a connection beyond a limit: answers so, and closes.
  void start_refusing(const Refusal& refusal);

  std::uint32_t slot() const { return slot_; }
  std::uint64_t exchange() const { return exchange_; }
  bool within_limit() const { return within_limit_; }

  // Calls of the Responder. Its exchange is the current one.
  void send(Response&& response);
  void refuse(const Refusal& refusal);
  void keep_request() { keeps_request_ = true; }
  void handle_again(std::optional<std::int64_t> note);
  void drop();  // the Responder was destroyed without an answer
  void begin_stream(Response response);
  bool write_stream(std::string_view text);
  std::size_t stream_buffered() const;
  void on_stream_drained(std::function<void()> callback);
  void on_stream_closed(std::function<void()> callback);
  void end_stream();

  // Calls of the loop.
  bool is_quiet();  // no request has begun to arrive
  void on_deadline();
  void on_drain();
  void close();

 private:
  enum class State : std::uint8_t { idle, head, body, handling, writing, streaming, lingering, closed };
  // An answer that is decided before the body is read.
  using Early = std::variant<Refusal, Response>;
  struct Stream {
    std::string queue;  // chunked, except in HTTP/1.0; the bytes from `sent` on are still to be written
    std::size_t sent = 0;
    bool ending = false;
    std::function<void()> drained;
    std::function<void()> closed;
  };

  void advance();
  bool step();
  // The steps of advance(); false if there is something to wait for.
  bool read_head();
  bool read_client();
  void wait_for_head();
  void skip_empty_lines();
  bool begin_request(std::size_t head_size);
  std::optional<Early> route_request(const Head& head);
  Early answer_without_route(const Head& head, Refusal refusal) const;
  void begin_message(const Head& head);
  bool read_body();
  bool handle();
  void finish_request();
  bool flush();
  void yield();

  // Receiving.
  void wait_readable();
  void on_readable();
  void read_ahead();
  void on_read_ahead(const boost::system::error_code& ec, std::size_t count);
  void cancel_read_ahead();
  bool receive(bool in_body);
  void discard();
  void rest();
  void release_incoming();
  bool invite_body();
  bool serves_host(const Head& head) const;

  // Answering.
  bool answer_and_close(const Refusal& refusal);
  void answer(Response&& response, std::optional<ErrorCode> refusal = {});
  void answer_refusal(const Refusal& refusal);
  AnswerContext context() const;
  bool linger();
  bool client_is_silent();

  // Writing.
  void wait_writable();
  bool wait_for_slow_reader(std::size_t own, const SharedParts& parts);
  void on_writable();
  void flush_stream();
  void finish_stream();

  Loop& loop_;
  Socket socket_;
  const asio::ip::address peer_;
  const std::uint32_t slot_;
  const bool within_limit_;
  bool awaits_proxy_header_;
  std::optional<IpAddress> told_;  // the client's address, by the PROXY protocol
  Tally::Hold place_;
  State state_ = State::idle;
  bool advancing_ = false;
  bool wait_read_ = false;     // a wait is under way
  bool reads_ahead_ = false;   // the wait is a read into the buffer
  bool wait_write_ = false;    // a wait is under way
  bool keep_alive_ = true;     // after the current answer
  bool is_http10_ = false;     // the current request's version
  bool is_cut_short_ = false;  // the current request was answered before all of it was read
  bool without_body_ = false;
  bool was_too_often_ = false;  // the last answer was 429
  bool in_handler_ = false;
  bool dropped_ = false;
  bool keeps_request_ = false;  // from its handler until it is answered, or handled again
  bool is_to_be_handled_again_ = false;
  std::uint64_t exchange_ = 0;   // 0: no Responder may answer
  std::uint32_t unhurried_ = 0;  // bytes written, or thrown away, since the deadline was set
  const Route* route_ = nullptr;
  std::string_view allow_;
  std::string_view cors_;  // header lines for the current request's origin
  SteadyTime started_;
  std::optional<TraceContext> trace_;
  std::unique_ptr<Incoming> in_;
  std::unique_ptr<Outgoing> out_;
  WaitingBytes::Share waiting_;  // while the client is slow to read
  std::unique_ptr<Stream> stream_;
};

}  // namespace frontrow::http

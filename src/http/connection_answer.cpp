// The answering half of a connection: answering, writing, streaming.
#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "http/connection.hpp"
#include "http/problem.hpp"

namespace frontrow::http {

namespace {

using boost::system::error_code;

constexpr std::uint32_t kProgress = 64 * 1024;  // a writer gets a new deadline for so many bytes

bool is_would_block(const error_code& ec) { return ec == asio::error::would_block || ec == asio::error::try_again; }

// In HTTP/1.1 the last chunk marks the end of a stream. HTTP/1.0 has no chunks: there the end of the connection does.
void append_chunk(std::string& out, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", text.size());
  out += text;
  out += "\r\n";
}

}  // namespace

void Connection::send(Response&& response) {
  answer(std::move(response));
  advance();
}

void Connection::refuse(const Refusal& refusal) {
  answer_refusal(refusal);
  advance();
}

bool Connection::answer_and_close(const Refusal& refusal) {
  keep_alive_ = false;
  is_cut_short_ = true;
  answer_refusal(refusal);
  return true;
}

void Connection::answer_refusal(const Refusal& refusal) {
  if (!trace_) trace_.emplace();
  Response response{.status = problem_kind(refusal.code).status, .content_type = kProblemType};
  append_problem(response.body, refusal, trace_->trace_id());
  append_problem_headers(response.headers, refusal);
  if (refusal.code == ErrorCode::method_not_allowed) response.add_header("Allow", allow_);
  answer(std::move(response), refusal.code);
}

AnswerContext Connection::context() const {
  return {.traceparent = trace_->text(),
          .date = loop_.date(),
          .cors = cors_,
          .keep_alive = keep_alive_,
          .says_keep_alive = is_http10_,
          .without_body = without_body_};
}

void Connection::answer(Response&& response, std::optional<ErrorCode> refusal) {
  clear();
  exchange_ = 0;
  if (!trace_) trace_.emplace();
  if (loop_.is_draining()) keep_alive_ = false;
  if (response.status == kPreconditionFailed.status) {
    response = {.status = kPreconditionFailed.status, .content_type = kProblemType};
    append_problem(response.body, kPreconditionFailed, trace_->trace_id());
  }
  if (const auto& on_answered = loop_.hooks().on_answered) {
    on_answered({route_, response.status, steady_now() - started_, trace_->trace_id(), refusal});
  }
  was_too_often_ = response.status == problem_kind(ErrorCode::too_many_requests).status;
  out_ = loop_.take_outgoing();
  out_->assemble(std::move(response), context());
  unhurried_ = 0;
  state_ = State::writing;
  if (std::exchange(keeps_request_, false) && !in_handler_) finish_request();
}

bool Connection::flush() {
  while (!out_->is_done()) {
    error_code ec;
    const std::size_t count = socket_.write_some(out_->pending(), ec);
    if (is_would_block(ec)) {
      if (!loop_.is_under(*this, TimeLimit::write) || unhurried_ >= kProgress) {
        loop_.set_deadline(*this, TimeLimit::write);
        unhurried_ = 0;
      }
      if (in_ && !in_handler_ && in_->unused().empty()) release_incoming();
      wait_for_slow_reader(out_->own_bytes(), out_->parts());
      return false;
    }
    if (ec) {
      close();
      return false;
    }
    out_->written(count);
    unhurried_ += static_cast<std::uint32_t>(count);
  }
  clear();
  waiting_ = {};
  loop_.give_back(std::move(out_));
  trace_.reset();
  route_ = nullptr;
  if (!keep_alive_ || loop_.is_draining()) return linger();
  begin_message({});
  state_ = State::idle;
  if (!in_ || in_->unused().empty()) return true;
  if (was_too_often_)
    loop_.set_deadline(*this, TimeLimit::pause);
  else
    yield();
  return false;
}

// The next request has arrived with this one. It waits until the loop's other connections have had their turn: a client
// that sends many requests at once delays others by one request, not by all of them.
void Connection::yield() {
  loop_.later([self = ConnectionPtr(this)] {
    self->loop_.touch();
    self->advance();
  });
}

// Ends the connection after an answer. If the client is still sending, a full close would reset the connection, and the
// reset may overtake the answer. So only our side is closed, and the client has time to read the answer.
bool Connection::linger() {
  error_code ec;
  if (!is_cut_short_ && client_is_silent()) {
    close();
    return false;
  }
  socket_.shutdown(Socket::shutdown_send, ec);
  if (ec) {
    close();
    return false;
  }
  if (!in_handler_) release_incoming();  // the handler still reads it
  state_ = State::lingering;
  unhurried_ = 0;
  loop_.set_deadline(*this, TimeLimit::linger);
  wait_readable();
  return false;
}

bool Connection::client_is_silent() {
  if (in_ && !in_->unused().empty()) return false;
  error_code ec;
  const std::span<char> scratch = loop_.scratch();
  socket_.read_some(asio::buffer(scratch.data(), scratch.size()), ec);
  return static_cast<bool>(ec);
}

// False if the connection had to be closed, because too many bytes wait for too slow readers.
bool Connection::wait_for_slow_reader(std::size_t own, const SharedParts& parts) {
  if (waiting_.is_empty()) {
    waiting_ = loop_.waiting().add(own, parts);
    loop_.drop_slowest();
  }
  if (state_ == State::closed) return false;
  wait_writable();
  return true;
}

void Connection::wait_writable() {
  if (wait_write_) return;
  wait_write_ = true;
  socket_.async_wait(Socket::wait_write, [self = ConnectionPtr(this)](const error_code& ec) {
    self->wait_write_ = false;
    if (!ec && self->state_ != State::closed) self->on_writable();
  });
}

void Connection::on_writable() {
  loop_.touch();
  if (state_ == State::writing) return advance();
  if (state_ != State::streaming) return;
  flush_stream();
  if (state_ != State::streaming || stream_buffered() > 0 || !stream_->drained) return;
  const auto drained = stream_->drained;  // the callback may replace itself, or end the stream
  drained();
}

void Connection::begin_stream(Response response) {
  if (loop_.is_draining() || is_http10_) keep_alive_ = false;
  if (const auto& on_answered = loop_.hooks().on_answered) {
    on_answered({route_, response.status, steady_now() - started_, trace_->trace_id()});
  }
  stream_ = std::make_unique<Stream>();
  AnswerContext how = context();
  how.length = is_http10_ ? Length::until_close : Length::chunked;
  append_response_head(stream_->queue, response, 0, how);
  stream_->ending = without_body_;
  state_ = State::streaming;
  if (std::exchange(keeps_request_, false) && !in_handler_) finish_request();
  unhurried_ = 0;
  wait_readable();
  flush_stream();
}

bool Connection::write_stream(std::string_view text) {
  if (state_ != State::streaming || stream_->ending) return false;
  if (text.empty()) return true;  // an empty chunk would end the stream
  std::string& queue = stream_->queue;
  queue.erase(0, std::exchange(stream_->sent, 0));
  if (is_http10_) {
    queue += text;
  } else {
    append_chunk(queue, text);
  }
  flush_stream();
  if (state_ == State::streaming && stream_buffered() > loop_.settings().limits.stream_buffer) {
    log_info("a stream with a slow reader was dropped", {{kTraceId, trace_->trace_id()}, {"buffered", stream_buffered()}});
    close();
  }
  return state_ == State::streaming;
}

std::size_t Connection::stream_buffered() const { return stream_ ? stream_->queue.size() - stream_->sent : 0; }

void Connection::on_stream_drained(std::function<void()> callback) { stream_->drained = std::move(callback); }
void Connection::on_stream_closed(std::function<void()> callback) { stream_->closed = std::move(callback); }

void Connection::end_stream() {
  if (state_ != State::streaming || std::exchange(stream_->ending, true)) return;
  stream_->queue.erase(0, std::exchange(stream_->sent, 0));
  if (!is_http10_) stream_->queue += "0\r\n\r\n";
  flush_stream();
}

void Connection::flush_stream() {
  std::string& queue = stream_->queue;
  while (stream_->sent < queue.size()) {
    error_code ec;
    const std::size_t count = socket_.write_some(asio::buffer(queue.data() + stream_->sent, queue.size() - stream_->sent), ec);
    if (is_would_block(ec)) {
      if (!loop_.is_under(*this, TimeLimit::write) || unhurried_ > 0) loop_.set_deadline(*this, TimeLimit::write);
      unhurried_ = 0;
      wait_for_slow_reader(queue.size(), nullptr);
      return;
    }
    if (ec) return close();
    stream_->sent += count;
    unhurried_ += static_cast<std::uint32_t>(count);
  }
  waiting_ = {};
  queue.clear();
  stream_->sent = 0;
  if (stream_->ending) return finish_stream();
  loop_.set_deadline(*this, TimeLimit::heartbeat);
}

void Connection::finish_stream() {
  clear();
  exchange_ = 0;
  stream_.reset();
  trace_.reset();
  route_ = nullptr;
  if (loop_.is_draining()) keep_alive_ = false;
  if (!keep_alive_) {
    linger();
    return;
  }
  begin_message({});
  state_ = State::idle;
  yield();
}

}  // namespace frontrow::http

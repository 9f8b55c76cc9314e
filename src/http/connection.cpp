#include "http/connection.hpp"

#include <algorithm>

#include "base/boundary.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "http/conditional.hpp"
#include "http/forwarded.hpp"
#include "http/text.hpp"

namespace frontrow::http {

namespace {

using boost::system::error_code;

constexpr char kNothingRead = '\0';  // no request begins with it

bool is_would_block(const error_code& ec) { return ec == asio::error::would_block || ec == asio::error::try_again; }

std::size_t body_limit(const Limits& limits, const Route& route) {
  return route.body_limit == BodyLimit::large ? limits.large_body : limits.body;
}

}  // namespace

Connection::Connection(Loop& loop, Socket socket, const asio::ip::address& peer, std::uint32_t slot, bool within_limit)
    : loop_(loop),
      socket_(std::move(socket)),
      peer_(peer),
      slot_(slot),
      within_limit_(within_limit),
      awaits_proxy_header_(within_limit && loop.clients().sends_proxy_header(peer)) {
  begin_message({});
}

void Connection::start(Tally::Hold place) {
  place_ = std::move(place);
  rest();
}

void Connection::start_refusing(const Refusal& refusal) {
  started_ = loop_.now();
  answer_and_close(refusal);
  advance();
}

void Connection::advance() {
  if (advancing_) return;  // a handler answers at once: the loop below goes on
  const ConnectionPtr self{this};
  advancing_ = true;
  const bool is_done = contained("connection", [this] {
    while (step()) {
    }
  });
  if (!is_done) close();  // probably out of memory: closing one connection is better than leaving it without a wake-up
  advancing_ = false;
}

bool Connection::step() {
  switch (state_) {
    case State::idle:
    case State::head: return read_head();
    case State::body: return read_body();
    case State::writing: return flush();
    case State::handling: return std::exchange(is_to_be_handled_again_, false) && handle();
    case State::streaming:
    case State::lingering:
    case State::closed: return false;
  }
  return false;
}

// The client's address, which a trusted proxy sends before anything else. False if the connection waits or has ended.
bool Connection::read_client() {
  started_ = loop_.now();
  const auto header = read_proxy_header(in_->unused());
  if (!header) {
    close();  // no HTTP answer: a peer that is trusted to send the header, and does not, is set up wrongly
    return false;
  }
  if (header->size == 0) {
    wait_for_head();
    return false;
  }
  awaits_proxy_header_ = false;
  in_->use(header->size);
  told_ = header->source;
  if (!told_) return true;
  auto place = loop_.place_for(*told_);
  if (!place) return answer_and_close(too_many_connections());
  place_ = std::move(*place);
  return true;
}

void Connection::wait_for_head() {
  if (state_ == State::idle) {
    state_ = State::head;
    loop_.set_deadline(*this, TimeLimit::header);
  }
  wait_readable();
}

bool Connection::read_head() {
  if (awaits_proxy_header_ && in_ && !in_->unused().empty()) {
    if (!read_client()) return false;
    if (state_ == State::writing) return true;
  }
  skip_empty_lines();
  if (!in_ || in_->unused().empty()) {
    rest();
    return false;
  }
  started_ = loop_.now();
  const auto size = find_head_end(in_->unused(), in_->scan, loop_.settings().limits);
  if (!size) return answer_and_close(size.error());
  if (*size > 0) return begin_request(*size);
  wait_for_head();
  return false;
}

// An old client may send an extra line end after a body.
void Connection::skip_empty_lines() {
  if (!in_ || in_->scan.request_line > 0) return;
  const std::size_t empty = count_empty_lines(in_->unused());
  if (empty == 0) return;
  in_->use(empty);
  in_->scan = {};
}

bool Connection::begin_request(std::size_t head_size) {
  clear();
  in_->pin_head(head_size);
  in_->write_http11();
  const std::string_view bytes = in_->unused().substr(0, head_size);
  in_->use(head_size);
  const auto head = in_->parser.read_head(bytes, in_->scan, loop_.settings().limits);
  if (!head) return answer_and_close(head.error());
  begin_message(*head);
  if (auto early = route_request(*head)) {
    // The body is not needed. If it has arrived already it is skipped; otherwise the connection does not wait for it.
    const bool is_here = !head->chunked && head->content_length <= in_->unused().size();
    if (is_here) in_->use(static_cast<std::size_t>(head->content_length));
    keep_alive_ = keep_alive_ && is_here;
    is_cut_short_ = !is_here;
    in_->finish();
    if (auto* const response = std::get_if<Response>(&*early)) {
      answer(std::move(*response));
    } else {
      answer_refusal(std::get<Refusal>(*early));
    }
    return true;
  }
  if (!head->has_body()) return handle();
  state_ = State::body;
  if (head->expects_continue && in_->unused().empty() && !invite_body()) return false;
  return read_body();
}

// Nothing of one request is valid in the next.
void Connection::begin_message(const Head& head) {
  keep_alive_ = head.keep_alive;
  is_http10_ = head.version == Version::http10;
  is_cut_short_ = false;
  without_body_ = head.method == "HEAD";
  cors_ = loop_.settings().cors.lines_for({});
}

std::optional<Connection::Early> Connection::route_request(const Head& head) {
  Request& request = in_->request;
  request.method_ = head.method;
  request.path_ = head.path;
  request.headers_ = in_->parser.headers();
  request.body_ = {};
  request.match_ = {};
  request.attempts_ = 0;
  request.note_.reset();
  trace_ = TraceContext::continue_from(request.header("traceparent"));
  request.trace_ = &*trace_;
  request.peer_ = &peer_;
  request.clients_ = &loop_.clients();
  request.told_ = &told_;
  request.read_at_ = started_;
  if (const Cors& cors = loop_.settings().cors; cors.is_on()) cors_ = cors.lines_for(request.find_header("Origin"));
  if (!serves_host(head)) return Refusal{.code = ErrorCode::misdirected_request};
  if (head.path == "*") return Response::no_content().add_header("Allow", loop_.router().allow());
  auto found = loop_.router().find(head.method, request.path_, request.match_);
  if (!found) {
    allow_ = request.match_.allow;
    return answer_without_route(head, std::move(found.error()));
  }
  route_ = request.match_.route;
  auto parsed = request.query_.parse(head.query);
  if (!parsed) return std::move(parsed.error());
  if (const auto& before_body = loop_.hooks().before_body) {
    if (auto refusal = before_body(request)) return std::move(*refusal);
  }
  if (!route_->has_etag && fails_without_etag(request, request.match_.allow.contains("GET"))) return Response{.status = 412};
  if (head.content_length > body_limit(loop_.settings().limits, *route_)) return Refusal{.code = ErrorCode::payload_too_large};
  return {};
}

// A page of another site that has pointed its own name at this server's address (DNS rebinding) asks under that name.
// Health is asked by machines, under any.
bool Connection::serves_host(const Head& head) const {
  const auto& allowed = loop_.settings().allowed_hosts;
  if (allowed.empty() || head.path.starts_with("/actuator/health")) return true;
  std::string_view name = head.host;
  const std::size_t behind = name.starts_with('[') ? name.find(']') + 1 : std::min(name.find(':'), name.size());
  name = name.substr(0, behind);
  if (name.ends_with('.')) name.remove_suffix(1);
  return std::ranges::any_of(allowed, [&](const std::string& one) { return equals_ignoring_case(one, name); });
}

// Answers OPTIONS (a browser's preflight, for example), or the router's refusal.
Connection::Early Connection::answer_without_route(const Head& head, Refusal refusal) const {
  if (head.method != "OPTIONS" || refusal.code != ErrorCode::method_not_allowed) return refusal;
  Response response = Response::no_content();
  response.add_header("Allow", allow_);
  if (in_->request.find_header("Access-Control-Request-Method")) {
    response.headers += loop_.settings().cors.preflight_lines(in_->request.find_header("Origin"), allow_);
  }
  return response;
}

bool Connection::read_body() {
  const auto used = in_->parser.parse_body(in_->unused(), in_->body, body_limit(loop_.settings().limits, *route_));
  if (!used) return answer_and_close(used.error());
  in_->use(*used);
  if (in_->parser.is_done()) return handle();
  if (!loop_.is_under(*this, TimeLimit::body)) loop_.set_deadline(*this, TimeLimit::body);
  wait_readable();
  return false;
}

bool Connection::handle() {
  clear();
  in_->request.body_ = in_->body;
  in_->request.read_at_ = loop_.now();
  state_ = State::handling;
  exchange_ = loop_.next_exchange();
  dropped_ = false;
  keeps_request_ = false;
  ++in_->request.attempts_;
  in_handler_ = true;
  const bool is_done =
      contained("handler", [this] { route_->handler(in_->request, Responder{loop_.mailbox(), {slot_, exchange_}}); });
  if (!is_done) log_error("a handler failed", {{kTraceId, trace_->trace_id()}, {"route", route_->pattern}});
  in_handler_ = false;
  if (state_ == State::closed) return false;
  if (state_ == State::lingering) {  // a stream has ended already, and the connection with it
    release_incoming();
    return false;
  }
  if (dropped_) {
    keeps_request_ = false;
    answer_refusal(Refusal{.code = ErrorCode::outcome_unknown});
  }
  if (keeps_request_) return false;
  finish_request();
  return true;
}

void Connection::finish_request() {
  in_->finish();
  if (state_ != State::writing && in_->unused().empty()) release_incoming();
}

void Connection::handle_again(std::optional<std::int64_t> note) {
  if (note) in_->request.note_ = note;
  is_to_be_handled_again_ = true;
  advance();
}

void Connection::drop() {
  dropped_ = true;
  if (!in_handler_) refuse(Refusal{.code = ErrorCode::outcome_unknown});
}

// Sends "100 Continue"; false if the connection had to be closed.
bool Connection::invite_body() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code ec;
  if (socket_.write_some(asio::buffer(kContinue), ec) == kContinue.size()) return true;
  close();
  return false;
}

void Connection::rest() {
  state_ = State::idle;
  if (reads_ahead_) return;
  // Empty lines do not lengthen the idle time.
  const bool is_limited = loop_.is_draining() ? loop_.is_under(*this, TimeLimit::header)
                                              : loop_.is_under(*this, TimeLimit::warm) || loop_.is_under(*this, TimeLimit::idle);
  if (!is_limited) loop_.set_deadline(*this, loop_.is_draining() ? TimeLimit::header : TimeLimit::warm);
  if (!wait_read_ && loop_.is_under(*this, TimeLimit::warm) && loop_.has_room_for_warm()) return read_ahead();
  release_incoming();
  wait_readable();
}

void Connection::release_incoming() {
  if (in_) loop_.give_back(std::move(in_));
}

void Connection::wait_readable() {
  if (wait_read_) return;
  wait_read_ = true;
  socket_.async_wait(Socket::wait_read, [self = ConnectionPtr(this)](const error_code& ec) {
    self->wait_read_ = false;
    if (!ec && self->state_ != State::closed) self->on_readable();
  });
}

// Asio asks epoll anew for each wait_readable(), and not for a read after one that came back short.
void Connection::read_ahead() {
  if (!in_) in_ = loop_.take_incoming();
  in_->reset();
  const std::span<char> room = in_->room(false);
  room.front() = kNothingRead;
  socket_.async_read_some(
      asio::buffer(room.data(), room.size()),
      [self = ConnectionPtr(this)](const error_code& ec, std::size_t count) { self->on_read_ahead(ec, count); });
  wait_read_ = reads_ahead_ = true;
  loop_.count_warm(+1);
}

void Connection::on_read_ahead(const error_code& ec, std::size_t count) {
  wait_read_ = reads_ahead_ = false;
  loop_.count_warm(-1);
  if (state_ == State::closed) return;
  if (ec == asio::error::operation_aborted) return loop_.is_draining() ? on_drain() : on_readable();
  if (ec) return close();
  loop_.touch();
  in_->received(count);
  advance();
}

void Connection::on_readable() {
  loop_.touch();
  switch (state_) {
    case State::idle:
    case State::head:
      if (receive(false)) advance();
      break;
    case State::body:
      if (receive(true)) advance();
      break;
    case State::streaming:
      if (receive(true)) wait_readable();  // the next request, early
      break;
    case State::lingering: discard(); break;
    case State::handling:
    case State::writing:
    case State::closed: break;  // the wait began in an earlier state; the next read starts another
  }
}

// True if there is something to go on with.
bool Connection::receive(bool in_body) {
  if (!in_) in_ = loop_.take_incoming();
  const std::span<char> room = in_->room(in_body);
  if (room.empty()) {
    if (state_ == State::body) return answer_and_close(Refusal{.code = ErrorCode::malformed_request});
    close();
    return false;
  }
  error_code ec;
  const std::size_t count = socket_.read_some(asio::buffer(room.data(), room.size()), ec);
  if (is_would_block(ec)) {
    if (state_ == State::idle && in_->unused().empty()) release_incoming();
    wait_readable();
    return false;
  }
  if (ec) {
    close();
    return false;
  }
  in_->received(count);
  return true;
}

// on_read_ahead() comes, with the bytes that it has read, or aborted.
void Connection::cancel_read_ahead() {
  error_code ignored;
  if (reads_ahead_) socket_.cancel(ignored);
}

// After we have closed our side, reads the bytes that the client still sends. Otherwise the client would see a reset
// and not our answer.
void Connection::discard() {
  constexpr std::uint32_t kMost = 8 * 1024 * 1024;
  const std::span<char> scratch = loop_.scratch();
  error_code ec;
  const std::size_t count = socket_.read_some(asio::buffer(scratch.data(), scratch.size()), ec);
  unhurried_ += static_cast<std::uint32_t>(count);
  if ((ec && !is_would_block(ec)) || unhurried_ > kMost) return close();
  wait_readable();
}

void Connection::on_deadline() {
  switch (state_) {
    case State::head:
    case State::body:
      answer_and_close(Refusal{.code = ErrorCode::request_timeout});
      advance();
      break;
    case State::streaming:
      if (loop_.is_under(*this, TimeLimit::heartbeat)) {
        write_stream(": keep-alive\n\n");
        break;
      }
      [[fallthrough]];
    case State::writing:
    case State::lingering: close(); break;
    case State::idle:
      if (loop_.is_under(*this, TimeLimit::warm)) {
        loop_.set_deadline(*this, TimeLimit::idle);
        cancel_read_ahead();
        break;
      }
      if (!loop_.is_under(*this, TimeLimit::pause)) return close();
      clear();
      advance();
      break;
    case State::handling:
    case State::closed: break;
  }
}

void Connection::on_drain() {
  if (state_ == State::streaming) {
    const auto closed = std::move(stream_->closed);
    end_stream();
    if (closed) closed();
  } else if (reads_ahead_) {
    cancel_read_ahead();
  } else if (state_ == State::idle) {
    if (in_ && !in_->unused().empty()) return advance();
    // A request may have arrived without a notice so far. Only without one is the connection idle.
    if (receive(false)) return advance();
    if (state_ == State::idle) close();
  }
}

// The bytes of a request may have left the socket already, while the handler of their read waits for its turn.
bool Connection::is_quiet() {
  if (reads_ahead_ && in_->room(false).front() != kNothingRead) return false;
  error_code ec;
  return state_ == State::idle && socket_.available(ec) == 0 && !ec;
}

void Connection::close() {
  if (state_ == State::closed) return;
  const ConnectionPtr self{this};
  std::function<void()> closed;
  if (stream_ && !stream_->ending) closed = std::move(stream_->closed);
  state_ = State::closed;
  exchange_ = 0;
  clear();
  error_code ignored;
  socket_.close(ignored);
  stream_.reset();
  waiting_ = {};
  place_ = {};
  if (!in_handler_) release_incoming();  // the handler still reads it
  if (out_) loop_.give_back(std::move(out_));
  loop_.remove(*this);
  if (closed) closed();
}

}  // namespace frontrow::http

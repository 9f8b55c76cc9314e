// A handler's view of a request. All views live until the handler returns; values that are needed later must be copied.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "domain/error.hpp"
#include "http/clients.hpp"
#include "http/json_reader.hpp"
#include "http/message_parser.hpp"
#include "http/query.hpp"
#include "http/router.hpp"
#include "http/trace.hpp"

namespace frontrow::http {

class Request {
 public:
  const Route& route() const { return *match_.route; }
  std::string_view method() const { return method_; }
  bool is_head() const { return method_ == "HEAD"; }
  std::string_view path() const { return path_; }
  const Query& query() const { return query_; }
  std::string_view body() const { return body_; }
  std::string_view trace_id() const { return trace_->trace_id(); }
  // This request as the parent of its consequences; empty if its sender does not trace.
  std::string_view traceparent() const { return trace_->is_continued() ? trace_->text() : std::string_view{}; }
  const IpAddress& peer() const { return *peer_; }
  // The address by which its client is limited: the peer's, or the one a trusted proxy names. None: it is not limited by
  // address.
  std::optional<IpAddress> client() const { return clients_->of_request(*peer_, headers_, *told_); }
  // When all of it was there, or its head if no handler has it yet: a clock that costs nothing.
  std::chrono::steady_clock::time_point read_at() const { return read_at_; }

  // How often it has been handled, this time included: more than once after Responder::handle_again().
  int attempts() const { return attempts_; }
  // What handle_again() was given since it came.
  std::optional<std::int64_t> note() const { return note_; }

  // The value of a header; the name is compared without case. Host, Content-Type, Authorization, X-Queue-Token and
  // Idempotency-Key come at most once.
  std::optional<std::string_view> find_header(std::string_view name) const;
  // The same, but empty if absent.
  std::string_view header(std::string_view name) const { return find_header(name).value_or(std::string_view{}); }

  // True if the body of the answer should be a gzip stream. RFC 9110, 12.5.3.
  bool accepts_gzip() const;

  // The id at {name} of the route's pattern.
  template <class Id>
  Id id(std::string_view name) const {
    return Id{match_.id(name)};
  }

  // The body as one JSON object, on a tape of this thread: valid until the next call. Refuses, in this order:
  // unsupported_media_type, malformed_json, validation_failed if it is not an object.
  Result<JsonView> json() const;

 private:
  friend class Connection;

  std::string_view method_;
  std::string_view path_;
  std::span<const Header> headers_;
  std::string_view body_;
  Router::Match match_;
  Query query_;
  const TraceContext* trace_ = nullptr;
  const IpAddress* peer_ = nullptr;
  const Clients* clients_ = nullptr;
  const std::optional<IpAddress>* told_ = nullptr;
  int attempts_ = 0;
  std::optional<std::int64_t> note_;
  std::chrono::steady_clock::time_point read_at_;
};

// Reads Accept-Encoding over all its lines: true if gzip (or x-gzip, or *) has a weight that is not smaller than that
// of identity.
class AcceptedCodings {
 public:
  void add(std::string_view accept_encoding);
  bool prefer_gzip() const;

 private:
  std::optional<int> gzip_, identity_, any_;  // thousandths
};

// application/json, with charset UTF-8 if any; other parameters have no meaning.
bool is_json_media_type(std::string_view content_type);

}  // namespace frontrow::http

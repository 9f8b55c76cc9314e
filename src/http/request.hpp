// What a handler sees of a request. All views live until the handler returns: what is needed later is copied.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "domain/error.hpp"
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
  std::string_view path() const { return path_; }
  const Query& query() const { return query_; }
  std::string_view body() const { return body_; }
  std::string_view trace_id() const { return trace_->trace_id(); }
  // This request as the parent of what follows from it; empty when its sender does not trace.
  std::string_view traceparent() const { return trace_->is_continued() ? trace_->text() : std::string_view{}; }
  const boost::asio::ip::address& peer() const { return *peer_; }

  // The value, in any spelling of the name. Of Host, Content-Type, Authorization, X-Queue-Token and Idempotency-Key there is never
  // a second one.
  std::optional<std::string_view> find_header(std::string_view name) const;
  // The same, empty when absent.
  std::string_view header(std::string_view name) const { return find_header(name).value_or(std::string_view{}); }

  // Should the body of the answer be a gzip stream? RFC 9110, 12.5.3.
  bool accepts_gzip() const;

  // The id at {name} of the route's pattern.
  template <class Id>
  Id id(std::string_view name) const {
    return Id{match_.id(name)};
  }

  // The body as one JSON object, on a tape of this thread: valid until the next call. Refusals, in this order:
  // unsupported_media_type, malformed_json, validation_failed when it is something else than an object.
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
  const boost::asio::ip::address* peer_ = nullptr;
};

// What Accept-Encoding says, over all its lines: gzip (or x-gzip, or *) has a weight, and no smaller one than identity is given.
class AcceptedCodings {
 public:
  void add(std::string_view accept_encoding);
  bool prefer_gzip() const;

 private:
  std::optional<int> gzip_, identity_, any_;  // thousandths
};

// application/json, in UTF-8 if it says so; other parameters mean nothing.
bool is_json_media_type(std::string_view content_type);

}  // namespace frontrow::http

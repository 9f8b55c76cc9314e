#include "http/message_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <vector>

namespace frontrow::http {

namespace beast = boost::beast;
using beast::error_code;

struct MessageParser::Parser final : beast::http::basic_parser<true> {
  explicit Parser(std::vector<Header>& found) : headers(found) {
    body_limit(boost::none);  // our limit comes from the route, after the head
    header_limit(UINT32_MAX);
  }

  void on_request_impl(beast::http::verb, beast::string_view name, beast::string_view where, int, error_code&) override {
    method = name;
    target = where;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code& ec) override {
    if (in_body) {
      ec = beast::http::error::bad_field;  // a trailer
    } else {
      headers.push_back({name, value});
    }
  }
  void on_header_impl(error_code&) override { in_body = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, error_code&) override { return append(bytes); }
  void on_chunk_header_impl(std::uint64_t size, beast::string_view extensions, error_code& ec) override {
    if (!extensions.empty()) {
      ec = beast::http::error::bad_chunk_extension;
    } else if (size > limit - body->size()) {
      ec = beast::http::error::body_limit;
    }
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override { return append(bytes); }
  void on_finish_impl(error_code&) override {}

  std::size_t append(std::string_view bytes) {
    body->append(bytes);
    return bytes.size();
  }

  std::string_view method;
  std::string_view target;
  std::vector<Header>& headers;
  bool in_body = false;
  std::string* body = nullptr;
  std::size_t limit = 0;
};

struct MessageParser::Storage {
  std::vector<Header> headers;
  std::optional<Parser> parser;  // a Beast parser cannot be used twice
};

MessageParser::MessageParser() : storage_(std::make_unique<Storage>()) {}
MessageParser::~MessageParser() = default;

bool MessageParser::parse_head(std::string_view bytes, const Head& framing) {
  storage_->headers.clear();
  Parser& parser = storage_->parser.emplace(storage_->headers);
  error_code ec;
  const std::size_t used = parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, ec);
  return !ec && used == bytes.size() && parser.is_header_done() && parser.method == framing.method &&
         parser.target == framing.target && parser.chunked() == framing.chunked &&
         parser.content_length().value_or(0) == framing.content_length && parser.is_done() == !framing.has_body();
}

std::span<const Header> MessageParser::headers() const { return storage_->headers; }

Result<std::size_t> MessageParser::parse_body(std::string_view bytes, std::string& body, std::size_t limit) {
  Parser& parser = *storage_->parser;
  if (parser.content_length().value_or(0) > limit) return refuse(ErrorCode::payload_too_large);
  parser.body = &body;
  parser.limit = limit;
  parser.eager(true);
  std::size_t used = 0;
  while (used < bytes.size() && !parser.is_done()) {
    error_code ec;
    const std::size_t part = parser.put(boost::asio::const_buffer{bytes.data() + used, bytes.size() - used}, ec);
    used += part;
    if (ec == beast::http::error::need_more) break;
    if (ec == beast::http::error::body_limit) return refuse(ErrorCode::payload_too_large);
    if (ec) return refuse(ErrorCode::malformed_request, "The chunked body is malformed, or has chunk extensions or trailers.");
    if (part == 0) break;
  }
  return used;
}

bool MessageParser::is_done() const { return storage_->parser->is_done(); }

}  // namespace frontrow::http

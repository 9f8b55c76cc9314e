#include "http/message_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <vector>

namespace frontrow::http {

namespace beast = boost::beast;
using beast::error_code;

struct MessageParser::Parser final : beast::http::basic_parser<true> {
  Parser(std::vector<Header>& found, std::size_t most) : headers(found), most_headers(most) {
    body_limit(boost::none);  // our limit comes from the route, after the head
    header_limit(UINT32_MAX);
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       error_code& ec) override {
    head.method = method;
    head.target = target;
    head.version = version == 10 ? Version::http10 : Version::http11;
    if (rules.take_target(head) != nullptr) ec = beast::http::error::bad_target;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code& ec) override {
    const bool is_trailer = in_body;
    if (is_trailer || headers.size() == most_headers || rules.take_header(head, name, value) != nullptr)
      ec = beast::http::error::bad_field;
    else
      headers.push_back({name, value});
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

  // True if the rules accept the head and Beast has understood the same of it.
  bool ends_well() {
    return is_header_done() && rules.finish(head) == nullptr && chunked() == head.chunked &&
           content_length().value_or(0) == head.content_length && is_done() == !head.has_body();
  }

  Head head;
  HeadRules rules;
  std::vector<Header>& headers;
  const std::size_t most_headers;
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

Result<Head> MessageParser::read_head(std::string_view bytes, const HeadScan& scan, const Limits& limits) {
  storage_->headers.clear();
  Parser& parser = storage_->parser.emplace(storage_->headers, limits.header_count);
  if (!scan.has_fold) {
    error_code ec;
    const std::size_t used = parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, ec);
    if (!ec && used == bytes.size() && parser.ends_well()) return parser.head;
  }
  if (auto checked = check_head(bytes, limits); !checked) return checked;
  return refuse(ErrorCode::malformed_request);
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

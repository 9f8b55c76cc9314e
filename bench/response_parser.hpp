// Beast's response parser, reduced to the status and the body: headers are dropped, so an answer costs no allocation.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>

namespace frontrow::bench {

class ResponseParser final : public boost::beast::http::basic_parser<false> {
 public:
  using error_code = boost::system::error_code;

  explicit ResponseParser(std::string& body) : body_(body) {
    eager(true);
    body_limit(std::uint64_t{256} << 20);
    body_.clear();
  }
  int status() const { return status_; }

 private:
  using Text = boost::beast::string_view;
  using Field = boost::beast::http::field;
  using Verb = boost::beast::http::verb;

  void on_request_impl(Verb, Text, Text, int, error_code&) override {}
  void on_response_impl(int status, Text, int, error_code&) override { status_ = status; }
  void on_field_impl(Field, Text, Text, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(Text body, error_code&) override {
    body_.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, Text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code&) override {
    body_.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  std::string& body_;
  int status_ = 0;
};

}  // namespace frontrow::bench

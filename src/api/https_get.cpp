#include "api/https_get.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <stdexcept>

#include "http/network.hpp"
#include "http/text.hpp"

namespace frontrow::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::use_awaitable;
using Stream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::uint32_t kMostHeaderBytes = 16 * 1024;
constexpr std::size_t kMostUrlBytes = 2'000;

bool is_host_character(char c) { return is_digit(c) || is_alpha(c) || c == '-' || c == '.' || c == '_'; }

ssl::context context_of(const HttpsLimits& limits) {
  ssl::context context(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(ssl::verify_peer);
  if (limits.trusted.empty())
    context.set_default_verify_paths();
  else
    context.load_verify_file(limits.trusted.string());
  return context;
}

// The name in the certificate, and the one that a server with several certificates is asked for.
void expect_name(Stream& stream, const HttpsUrl& url) {
  stream.set_verify_callback(ssl::host_name_verification(url.host));
  if (parse_address(url.host)) return;
  std::string name = url.host;  // the macro for this call is an old-style cast
  if (SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) != 1)
    throw std::runtime_error("its name cannot be asked for");
}

asio::awaitable<std::string> get(const HttpsUrl& url, const HttpsLimits& limits) {
  const auto executor = co_await asio::this_coro::executor;
  ssl::context context = context_of(limits);
  Stream stream(executor, context);
  expect_name(stream, url);
  asio::ip::tcp::resolver resolver(executor);
  const auto found = co_await resolver.async_resolve(url.host, fmt::format("{}", url.port), use_awaitable);
  co_await beast::get_lowest_layer(stream).async_connect(found, use_awaitable);
  co_await stream.async_handshake(ssl::stream_base::client, use_awaitable);

  const bool is_usual = url.port == 443;
  const std::string name = url.host.contains(':') ? "[" + url.host + "]" : url.host;
  beast::http::request<beast::http::empty_body> request(beast::http::verb::get, url.target, 11);
  request.set(beast::http::field::host, is_usual ? name : fmt::format("{}:{}", name, url.port));
  request.set(beast::http::field::accept, "application/json, application/jwk-set+json");
  request.set(beast::http::field::user_agent, "frontrow");
  request.set(beast::http::field::connection, "close");
  co_await beast::http::async_write(stream, request, use_awaitable);

  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.header_limit(kMostHeaderBytes);
  parser.body_limit(limits.bytes);
  co_await beast::http::async_read(stream, buffer, parser, use_awaitable);
  const auto& response = parser.get();
  if (response.result_int() != 200) throw std::runtime_error(fmt::format("it answered {}", response.result_int()));
  if (response.count(beast::http::field::content_encoding) > 0) throw std::runtime_error("it answered with an encoded body");
  co_return std::move(parser.get().body());  // without a farewell: the answer has said how long it is
}

std::string reason_of(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const boost::system::system_error& error) {
    return error.code().message();
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

std::optional<HttpsUrl> parse_https_url(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (text.size() > kMostUrlBytes || text.size() < kScheme.size() || !equals_ignoring_case(text.substr(0, kScheme.size()), kScheme))
    return {};
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c >= '\x7f' || c == '#' || c == '\\'; })) return {};
  text.remove_prefix(kScheme.size());
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  HttpsUrl url;
  url.target = text.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos || !parse_address(authority.substr(1, close - 1))) return {};
    url.host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, colon);
    authority.remove_prefix(colon);
    if (url.host.empty() || url.host.size() > 253 || !std::ranges::all_of(url.host, is_host_character)) return {};
  }
  if (authority.empty()) return url;
  const auto port = authority.starts_with(':') ? parse_decimal(authority.substr(1)) : std::nullopt;
  if (!port || *port < 1 || *port > 65'535) return {};
  url.port = static_cast<std::uint16_t>(*port);
  return url;
}

std::string https_get(const HttpsUrl& url, const HttpsLimits& limits) {
  std::string body;
  std::exception_ptr failed = std::make_exception_ptr(std::runtime_error("it took too long"));
  {
    asio::io_context loop(1);
    asio::co_spawn(loop, get(url, limits), [&](const std::exception_ptr& error, std::string got) {
      failed = error;
      body = std::move(got);
    });
    loop.run_for(limits.time);
  }
  if (failed) throw std::runtime_error(fmt::format("https://{}:{}{}: {}", url.host, url.port, url.target, reason_of(failed)));
  return body;
}

}  // namespace frontrow::http

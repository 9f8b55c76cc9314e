// A limit for comparison: a Beast server that does only HTTP. It parses each request, body included, and always answers
// the same bytes. Same layout as frontrow: a thread for each core, each with its own io_context and SO_REUSEPORT
// listener.
//
//   bare_server PORT THREADS STATUS CONTENT-TYPE BODY-FILE
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, const std::string& answer) : socket_(std::move(socket)), answer_(answer) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  void read() {
    parser_.emplace();
    http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->write();
    });
  }

 private:
  void write() {
    asio::async_write(socket_, asio::buffer(answer_), [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->read();
    });
  }

  Socket socket_;
  const std::string& answer_;
  boost::beast::flat_static_buffer<8192> buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
};

void accept(Acceptor& acceptor, asio::io_context& context, const std::string& answer) {
  acceptor.async_accept([&](error_code ec, Socket socket) {
    if (!ec) std::make_shared<Session>(std::move(socket), answer)->read();
    accept(acceptor, context, answer);
  });
}

void serve(std::uint16_t port, const std::string& answer) {
  asio::io_context context(1);
  Acceptor acceptor(context.get_executor());
  acceptor.open(tcp::v4());
  const int one = 1;
  setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  acceptor.bind({asio::ip::address_v4::loopback(), port});
  acceptor.listen();
  accept(acceptor, context, answer);
  context.run();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("bare_server PORT THREADS STATUS CONTENT-TYPE BODY-FILE\n", stderr);
    return 2;
  }
  std::ifstream in(argv[5], std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>{in}, {}};
  const std::string answer = std::string{"HTTP/1.1 "} + argv[3] + " Whatever\r\nContent-Type: " + argv[4] +
                             "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nCache-Control: no-store\r\n\r\n" + body;
  std::vector<std::jthread> threads;
  for (int i = 0; i < std::atoi(argv[2]); ++i)
    threads.emplace_back([&] { serve(static_cast<std::uint16_t>(std::atoi(argv[1])), answer); });
}

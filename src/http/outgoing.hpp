// One answer on its way out. Head, body and shared parts are one list of buffers, written with as few calls as the
// socket allows. The list holds a window of the parts: a client that does not read costs no more for a long answer than for a
// short one.
#pragma once

#include <boost/asio/buffer.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/response.hpp"

namespace frontrow::http {

// How the client finds the end of a body; the length of a stream is not known. Unsaid: in an answer to HEAD only.
enum class Length : std::uint8_t { said, chunked, until_close, unsaid };

struct AnswerContext {
  std::string_view traceparent;
  std::string_view date = {};  // as HTTP writes it
  std::string_view cors = {};  // header lines, each with its CRLF
  bool keep_alive = true;
  bool says_keep_alive = false;  // HTTP/1.0 needs the header
  bool without_body = false;     // an answer to HEAD
  Length length = Length::said;
};

// Appends status line and headers, the empty line included. 204 and 304 have no body and say nothing about one.
void append_response_head(std::string& out, const Response& response, std::size_t body_size, const AnswerContext& context);

class Outgoing {
 public:
  // On a new or reset object.
  void assemble(Response&& response, const AnswerContext& context);

  bool is_done() const { return next_ == buffers_.size() && next_part_ == parts_end_; }
  // Not empty unless it is done.
  std::span<const boost::asio::const_buffer> pending() const { return std::span(buffers_).subspan(next_); }
  void written(std::size_t count);

  // What this answer alone keeps in memory, and what it shares.
  std::size_t own_bytes() const { return head_.size() + body_.size(); }
  const SharedParts& parts() const { return parts_; }

  // Releases bodies and parts, and keeps the memory.
  void reset();

 private:
  static constexpr std::size_t kWindow = 64;  // as many buffers as Asio gives to one call
  void fill();

  std::string head_;
  std::string body_;
  SharedParts parts_;
  std::vector<boost::asio::const_buffer> buffers_;
  std::size_t next_ = 0;                       // first buffer with bytes to write
  std::size_t next_part_ = 0, parts_end_ = 0;  // of `parts_`: those that have no buffer yet
};

}  // namespace frontrow::http

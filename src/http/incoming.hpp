// The received bytes of a connection, and how many of them are used. The buffer is borrowed from the pool of the HTTP
// thread, from the first byte of a request until its handler has returned. So an idle connection holds no buffer.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/framing.hpp"
#include "http/message_parser.hpp"
#include "http/request.hpp"

namespace frontrow::http {

class Incoming {
 public:
  static constexpr std::size_t kUsual = 4 * 1024;
  static constexpr std::size_t kRoom = 1024;  // the least room for a read

  Incoming();

  // The bytes that are not used yet.
  std::string_view unused() const { return {bytes_.get() + next_, end_ - next_}; }
  // Marks the first `count` unused bytes as used: a head, or a part of a body.
  void use(std::size_t count) { next_ += count; }
  // The place for received bytes, and the count of received bytes. The buffer grows for a head. Behind a head there is
  // always room, unless kRoom bytes of a body could not be used.
  std::span<char> room(bool in_body);
  void received(std::size_t count) { end_ += count; }

  // A head of `size` bytes is complete: it does not move until finish().
  void pin_head(std::size_t size);
  // Beast knows HTTP/1.0 and 1.1 only: writes 1.1 over a newer 1.x in the request line of the unused head, as scanned.
  void write_http11();
  // The request is over; the following bytes belong to the next one.
  void finish();
  // Makes it ready for another connection.
  void reset();

  HeadScan scan;
  MessageParser parser;
  Request request;
  std::string body;

 private:
  void resize(std::size_t capacity);

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t next_ = 0;
  std::size_t end_ = 0;
  std::size_t floor_ = 0;  // end of the pinned head
};

}  // namespace frontrow::http

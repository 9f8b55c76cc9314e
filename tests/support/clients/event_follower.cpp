#include "support/clients/event_follower.hpp"

#include <stdexcept>

namespace frontrow::test {

EventFollower::EventFollower(std::uint16_t port, const HttpRequest& request) : socket_(port) {
  socket_.send(request.with("Accept", "text/event-stream").bytes());
  std::size_t end = 0;
  while ((end = arrived_.find("\r\n\r\n")) == std::string::npos) {
    const std::string bytes = socket_.receive();
    if (bytes.empty()) throw ConnectionLost("no stream");
    arrived_ += bytes;
  }
  const std::string head = arrived_.substr(0, end);
  if (!head.starts_with("HTTP/1.1 200 ") || head.find("text/event-stream") == std::string::npos)
    throw std::runtime_error("not a stream: " + head);
  arrived_.erase(0, end + 4);
}

// Reads one more chunk. False at the end.
bool EventFollower::read_more() {
  for (;;) {
    const auto line = arrived_.find("\r\n");
    if (line != std::string::npos) {
      const std::size_t size = std::stoull(arrived_.substr(0, line), nullptr, 16);
      if (arrived_.size() >= line + 2 + size + 2) {
        text_ += arrived_.substr(line + 2, size);
        arrived_.erase(0, line + 2 + size + 2);
        is_over_ = size == 0;
        return !is_over_;
      }
    }
    const std::string bytes = socket_.receive();
    if (bytes.empty()) return is_over_ = true, false;
    arrived_ += bytes;
  }
}

std::optional<std::string> EventFollower::next_line() {
  std::size_t end = 0;
  while ((end = text_.find('\n')) == std::string::npos)
    if (is_over_ || !read_more()) return {};
  std::string line = text_.substr(0, end);
  text_.erase(0, end + 1);
  return line;
}

std::optional<StreamedEvent> EventFollower::next() {
  StreamedEvent event;
  for (auto line = next_line(); line; line = next_line()) {
    if (line->starts_with("id: ")) event.id = line->substr(4);
    if (line->starts_with("event: ")) event.event = line->substr(7);
    if (line->starts_with("data: ")) event.data = boost::json::parse(line->substr(6)).as_object();
    if (line->empty() && !event.id.empty()) return event;
  }
  return {};
}

}  // namespace frontrow::test

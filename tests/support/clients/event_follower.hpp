// A client of the event stream: text/event-stream over a chunked answer, one event at a time.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "support/clients/http_client.hpp"

namespace frontrow::test {

struct StreamedEvent {
  std::string id, event;
  boost::json::object data;
};

class EventFollower {
 public:
  // Throws unless the answer is a stream with status 200.
  EventFollower(std::uint16_t port, const HttpRequest& request);

  // The next event, comments skipped; nothing if the stream has ended.
  std::optional<StreamedEvent> next();

 private:
  bool read_more();
  std::optional<std::string> next_line();

  Socket socket_;
  std::string arrived_;  // as received
  std::string text_;     // without the frames of the chunks
  bool is_over_ = false;
};

}  // namespace frontrow::test

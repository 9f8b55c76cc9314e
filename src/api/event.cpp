// The event feed over HTTP: a page, or a stream that first catches up and then follows.
#include <fmt/format.h>

#include "api/reservation.hpp"
#include "api/routes.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr int kPage = 100;
constexpr int kMaxPage = 1'000;
constexpr int kStreamPage = 200;                    // events read at a time for a follower
constexpr std::size_t kEnoughBuffered = 64 * 1024;  // bytes a follower may have coming before more is read

void write_queue_data(JsonWriter& json, const Event& event) {
  json.begin_object().field("concertId", event.concert).field("userId", event.user).field("number", event.ticket).end_object();
}

void write_catalog_data(JsonWriter& json, const Event& event) {
  json.begin_object().field("concertId", event.concert);
  if (event.schedule) json.field("scheduleId", event.schedule);
  json.field("seq", event.seq).key("changes").raw(event.changes).end_object();
}

void write_reservation_data(JsonWriter& json, const SeatLabels& labels, const FeedEvent& feed) {
  const Reservation& reservation = feed.reservation;
  json.begin_object()
      .field("reservationId", reservation.id)
      .field("seq", feed.event.seq)
      .field("userId", reservation.user)
      .field("concertId", reservation.concert)
      .field("scheduleId", reservation.schedule);
  write_seats(json, labels, reservation);
  json.field("amount", reservation.amount.value).field("temporaryExpiresAt", reservation.expires_at);
  if (feed.payment) json.field("paymentId", feed.payment->id).field("paidAt", feed.payment->paid_at);
  json.end_object();
}

void write_event(JsonWriter& json, const SeatLabels& labels, const FeedEvent& feed) {
  const Event& event = feed.event;
  json.begin_object()
      .field("id", feed.id)
      .field("eventId", event_id_of(event))
      .field("type", name_of(event.type))
      .field("key", event_key_of(event))
      .field("occurredAt", event.occurred_at);
  if (!event.traceparent.empty()) json.field("traceparent", event.traceparent);
  json.key("data");
  switch (subject_of(event.type)) {
    case EventSubject::reservation: write_reservation_data(json, labels, feed); break;
    case EventSubject::queue: write_queue_data(json, event); break;
    case EventSubject::catalog: write_catalog_data(json, event); break;
  }
  json.end_object();
}

// Read together, on a reader's thread.
struct ReadEvents {
  std::vector<FeedEvent> events;
  SeatLabels labels = {};
};

ReadEvents read_events(const Api& api, StoreReader& reader, EventId after, int limit) {
  ReadEvents read{.events = reader.events_after(after, limit)};
  const auto picture = api.sale.catalog.picture();
  for (const FeedEvent& event : read.events) read.labels.find(*picture, event.reservation);
  if (!read.labels.is_complete()) read.labels.read(reader);
  return read;
}

Response page_response(EventId after, const ReadEvents& read) {
  const std::vector<FeedEvent>& events = read.events;
  JsonBody json;
  json.begin_object().key("events").begin_array();
  for (const FeedEvent& event : events) write_event(json, read.labels, event);
  json.end_array().field("lastId", events.empty() ? after : events.back().id).end_object();
  return json.response();
}

// One follower of the log. All of it but the bus's callback and the reader's answer happens on the connection's thread; both of
// those only post back to it.
class Follower : public std::enable_shared_from_this<Follower> {
 public:
  Follower(const Api& api, EventStream stream, EventId after) : api_(api), stream_(std::move(stream)), after_(after) {}

  void start() {
    stream_.on_drained([self = weak_from_this()] {
      if (const auto follower = self.lock()) follower->pump();
    });
    stream_.on_closed([self = shared_from_this()]() mutable {
      self->subscription_.reset();
      self.reset();
    });
    subscription_ = api_.sale.bus.subscribe([stream = stream_, self = weak_from_this()](EventId) {
      stream.post([self](EventStream) {
        if (const auto follower = self.lock()) follower->wake();
      });
    });
    pump();
  }

 private:
  void wake() {
    has_news_ = true;
    pump();
  }

  void pump() {
    if (is_reading_ || !has_news_ || !stream_.is_open() || stream_.buffered() > kEnoughBuffered) return;
    is_reading_ = true;
    has_news_ = false;
    const bool taken = api_.sale.readers.ask(
        [&api = api_, after = after_](StoreReader& reader) { return read_events(api, reader, after, kStreamPage); },
        [self = shared_from_this()](Result<ReadEvents> events) mutable {
          const EventStream stream = self->stream_;
          stream.post([self = std::move(self), events = std::move(events)](EventStream) { self->send(events); });
        });
    if (!taken) give_up();
  }

  // The client comes back with Last-Event-ID. Waiting for the next event instead would keep the last ones of a quiet feed from it.
  void give_up() {
    subscription_.reset();
    stream_.end();
  }

  void send(const Result<ReadEvents>& read) {
    is_reading_ = false;
    if (!read) return give_up();
    std::string text;
    for (const FeedEvent& event : read->events) {
      text += fmt::format("id: {}\nevent: {}\ndata: ", event.id.value, name_of(event.event.type));
      JsonWriter json(text);
      write_event(json, read->labels, event);
      text += "\n\n";
      after_ = event.id;
    }
    if (!text.empty() && !stream_.write(text)) return;
    if (static_cast<int>(read->events.size()) == kStreamPage) has_news_ = true;
    pump();
  }

  const Api& api_;
  const EventStream stream_;
  EventId after_;
  bool has_news_ = true;
  bool is_reading_ = false;
  EventBus::Subscription subscription_;
};

bool wants_stream(const Request& request) {
  return request.method() != "HEAD" && request.header("Accept").find("text/event-stream") != std::string_view::npos;
}

auto events(RequestReader& in) {
  QueryReader query = in.query();
  EventId after{query.optional_int("after", 0, kMaxId).value_or(0)};
  const auto limit = static_cast<int>(query.optional_int("limit", 1, kMaxPage).value_or(kPage));
  const bool as_stream = wants_stream(in.request);
  // A client that lost the connection says where it was.
  const auto last = parse_integer(in.request.header("Last-Event-ID"));
  if (as_stream && last) after.value = std::max(after.value, *last);
  const bool is_head = in.request.method() == "HEAD";
  return [&api = in.api, after, limit, as_stream, is_head](Responder responder) {
    if (as_stream) {
      const EventStream stream = std::move(responder).stream({.content_type = "text/event-stream"});
      return std::make_shared<Follower>(api, stream, after)->start();
    }
    if (is_head) return std::move(responder).send(Response::unrendered());
    api.read(
        std::move(responder),
        [&api, after, limit](StoreReader& reader) { return read_events(api, reader, after, limit); },
        [after](const ReadEvents& found) { return page_response(after, found); });
  };
}

}  // namespace

void add_event_routes(Routes& routes) { routes.add("GET", "/api/v1/admin/events", Needs::admin, events); }

}  // namespace frontrow::http

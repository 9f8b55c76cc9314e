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
struct Page {
  std::vector<FeedEvent> events;
  EventId oldest;  // that was kept when they had been read
  SeatLabels labels = {};
};

Page read_page(const Api& api, StoreReader& reader, EventId after, int limit) {
  Page page{.events = reader.events_after(after, limit), .oldest = {}};
  page.oldest = reader.event_horizon().first;
  const auto picture = api.sale.catalog.picture();
  for (const FeedEvent& event : page.events) page.labels.find(*picture, event.reservation);
  if (!page.labels.is_complete()) page.labels.read(reader);
  return page;
}

// A reader that names the last event it has seen must not miss the next ones unnoticed. Without one (0) it begins with what is
// kept.
std::optional<Refusal> refuse_gap(EventId after, const Page& page) {
  if (!after || after.value + 1 >= page.oldest.value) return {};
  return Refusal{.code = ErrorCode::events_gone, .oldest_event = page.oldest};
}

Response page_response(EventId after, const Page& page) {
  const std::vector<FeedEvent>& events = page.events;
  JsonBody json;
  json.begin_object().key("events").begin_array();
  for (const FeedEvent& event : events) write_event(json, page.labels, event);
  json.end_array().field("lastId", events.empty() ? after : events.back().id).end_object();
  return json.response();
}

// One follower of the log. All of it but the bus's callback and the reader's answer happens on the connection's thread; both of
// those only post back to it.
class Follower : public std::enable_shared_from_this<Follower> {
 public:
  Follower(const Api& api, EventStream stream, EventId after) : api_(api), stream_(std::move(stream)), after_(after) {}

  // With the first page, which is refused before the stream begins.
  void start(const Page& first) {
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
    take(first);
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
        [&api = api_, after = after_](StoreReader& reader) { return read_page(api, reader, after, kStreamPage); },
        [self = shared_from_this()](Result<Page> page) mutable {
          const EventStream stream = self->stream_;
          stream.post([self = std::move(self), page = std::move(page)](EventStream) { self->send(page); });
        });
    if (!taken) give_up();
  }

  // A follower that reads so slowly that events have gone meanwhile is told when it comes back.
  void send(const Result<Page>& page) {
    is_reading_ = false;
    if (!page || refuse_gap(after_, *page)) return give_up();
    take(*page);
  }

  // The client comes back with Last-Event-ID. Waiting for the next event instead would keep the last ones of a quiet feed from it.
  void give_up() {
    subscription_.reset();
    stream_.end();
  }

  void take(const Page& page) {
    std::string text;
    for (const FeedEvent& event : page.events) {
      text += fmt::format("id: {}\nevent: {}\ndata: ", event.id.value, name_of(event.event.type));
      JsonWriter json(text);
      write_event(json, page.labels, event);
      text += "\n\n";
      after_ = event.id;
    }
    if (!text.empty() && !stream_.write(text)) return;
    if (static_cast<int>(page.events.size()) == kStreamPage) has_news_ = true;
    pump();
  }

  const Api& api_;
  const EventStream stream_;
  EventId after_;
  bool has_news_ = true;
  bool is_reading_ = false;
  EventBus::Subscription subscription_;
};

// The stream begins when its first page has been read: until then it can be refused.
void follow(const Api& api, Responder responder, EventId after) {
  auto shared = std::make_shared<Responder>(std::move(responder));
  const bool taken = api.sale.readers.ask([&api, after](StoreReader& reader) { return read_page(api, reader, after, kStreamPage); },
                                          [shared, &api, after](Result<Page> page) {
                                            std::move(*shared).resume([&api, after, page = std::move(page)](Responder back) {
                                              if (!page) return std::move(back).refuse(page.error());
                                              if (auto gap = refuse_gap(after, *page))
                                                return std::move(back).refuse(std::move(*gap));
                                              const EventStream stream =
                                                  std::move(back).stream({.content_type = "text/event-stream"});
                                              std::make_shared<Follower>(api, stream, after)->start(*page);
                                            });
                                          });
  if (!taken) std::move(*shared).refuse(refusal_of(CommitStatus::dropped));
}

bool wants_stream(const Request& request) {
  return !request.is_head() && request.header("Accept").find("text/event-stream") != std::string_view::npos;
}

auto events(RequestReader& in) {
  QueryReader query = in.query();
  EventId after{query.optional_int("after", 0, kMaxId).value_or(0)};
  const auto limit = static_cast<int>(query.optional_int("limit", 1, kMaxPage).value_or(kPage));
  const bool as_stream = wants_stream(in.request);
  // A client that lost the connection says where it was.
  const auto last = parse_integer(in.request.header("Last-Event-ID"));
  if (as_stream && last) after.value = std::max(after.value, *last);
  const bool is_head = in.request.is_head();
  return [&api = in.api, after, limit, as_stream, is_head](Responder responder) {
    if (as_stream) return follow(api, std::move(responder), after);
    if (is_head) return std::move(responder).send(Response::unrendered());
    api.read(
        std::move(responder),
        [&api, after, limit](StoreReader& reader) { return read_page(api, reader, after, limit); },
        [after](const Page& page) -> Result<Response> {
          if (auto gap = refuse_gap(after, page)) return refuse(std::move(*gap));
          return page_response(after, page);
        });
  };
}

}  // namespace

void add_event_routes(Routes& routes) { routes.add("GET", "/api/v1/admin/events", Needs::admin, events).role = Role::viewer; }

}  // namespace frontrow::http

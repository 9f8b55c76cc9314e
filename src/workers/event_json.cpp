#include "workers/event_json.hpp"

#include <boost/json.hpp>
#include <limits>

namespace frontrow {

namespace {

namespace json = boost::json;

json::array seats_of(const Reservation& reservation) {
  json::array seats;
  for (const ReservedSeat& seat : reservation.seats)
    seats.push_back(json::object{{"seatId", seat.id.value}, {"number", seat.number}, {"price", seat.price.value}});
  return seats;
}

json::object data_of_catalog(const Event& event) {
  json::object data{{"concertId", event.concert.value}};
  if (event.schedule) data["scheduleId"] = event.schedule.value;
  json::error_code error;
  data["changes"] = json::parse(event.changes, error);  // null if the text is not ours
  return data;
}

json::object data_of(const FeedEvent& feed) {
  switch (subject_of(feed.event.type)) {
    case EventSubject::queue:
      return {{"concertId", feed.event.concert.value}, {"userId", feed.event.user.value}, {"number", feed.event.ticket.value}};
    case EventSubject::catalog: return data_of_catalog(feed.event);
    case EventSubject::reservation: break;
  }
  const Reservation& reservation = feed.reservation;
  json::object data{{"reservationId", reservation.id.value},
                    {"userId", reservation.user.value},
                    {"concertId", reservation.concert.value},
                    {"scheduleId", reservation.schedule.value},
                    {"seats", seats_of(reservation)},
                    {"amount", reservation.amount.value},
                    {"temporaryExpiresAt", iso8601(reservation.expires_at)}};
  if (feed.payment) {
    data["paymentId"] = feed.payment->id.value;
    data["paidAt"] = iso8601(feed.payment->paid_at);
  }
  return data;
}

// The object's member of that name; null if it has none, or is no object.
const json::value* at(const json::value& value, std::string_view name) {
  const json::object* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::optional<std::int64_t> positive(const json::value* value) {
  const std::int64_t* number = value == nullptr ? nullptr : value->if_int64();
  if (number == nullptr || *number < 1 || *number > kMaxId) return {};
  return *number;
}

std::optional<TimePoint> time(const json::value* value) {
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::nullopt : parse_iso8601(*text);
}

}  // namespace

Message message_of(const FeedEvent& feed) {
  const Event& event = feed.event;
  json::object body{{"eventId", event_id_of(event)},
                    {"type", name_of(event.type)},
                    {"occurredAt", iso8601(event.occurred_at)},
                    {"seq", event.seq}};
  if (!event.traceparent.empty()) body["traceparent"] = event.traceparent;
  body["data"] = data_of(feed);
  return {.topic = std::string(name_of(event.type)), .key = event_key_of(event), .payload = json::serialize(body)};
}

std::optional<CreatedHold> read_created(std::string_view payload) {
  json::error_code error;
  const json::value body = json::parse(payload, error);
  if (error) return {};
  const json::value* type = at(body, "type");
  if (type == nullptr || !type->is_string() || type->get_string() != name_of(EventType::reservation_created)) return {};
  const json::value* data = at(body, "data");
  if (data == nullptr) return {};
  const auto reservation = positive(at(*data, "reservationId"));
  const auto seq = positive(at(body, "seq"));
  const auto expires_at = time(at(*data, "temporaryExpiresAt"));
  if (!reservation || !seq || *seq > std::numeric_limits<int>::max() || !expires_at) return {};
  return CreatedHold{.reservation = {*reservation}, .seq = static_cast<int>(*seq), .expires_at = *expires_at};
}

}  // namespace frontrow

#include "bench/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <stdexcept>
#include <thread>

#include "base/clock.hpp"

namespace frontrow::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kTimeout{60};  // a hall of 100,000 seats takes a while to build
constexpr int kEventsAPage = 1000;

std::int64_t integer(const json::value& object, const char* name) { return object.at(name).to_number<std::int64_t>(); }

std::int64_t milliseconds_of(const json::value& object, const char* name) {
  const auto time = parse_iso8601(std::string_view{object.at(name).as_string()});
  if (!time) throw std::runtime_error(fmt::format("{} is not a time", name));
  return time->time_since_epoch().count();
}

// Null: not of a reservation.
std::optional<EventType> type_of(std::string_view name) {
  if (name == "reservation.created") return EventType::created;
  if (name == "reservation.expired") return EventType::expired;
  if (name == "reservation.cancelled") return EventType::cancelled;
  if (name == "payment.completed") return EventType::paid;
  if (name == "queue.activated" || name == "concert.changed" || name == "schedule.changed") return std::nullopt;
  throw std::runtime_error(fmt::format("an event of the unknown type {}", name));
}

StoredEvent read_event(const json::value& event, EventType type) {
  const json::value& data = event.at("data");
  StoredEvent stored{.id = integer(event, "id"),
                     .type = type,
                     .reservation = integer(data, "reservationId"),
                     .seq = integer(data, "seq"),
                     .user = integer(data, "userId"),
                     .amount = integer(data, "amount"),
                     .payment = 0,
                     .at_ms = milliseconds_of(event, "occurredAt"),
                     .expires_ms = milliseconds_of(data, "temporaryExpiresAt"),
                     .seats = {}};
  if (stored.type == EventType::paid) stored.payment = integer(data, "paymentId");
  for (const json::value& seat : data.at("seats").as_array()) stored.seats.push_back(integer(seat, "seatId"));
  return stored;
}

}  // namespace

struct Api::Wire {
  asio::io_context context;
  boost::beast::tcp_stream stream{context};
  boost::beast::flat_buffer buffer;
  bool is_open = false;

  // Runs one asynchronous operation to its end; throws if it fails or takes too long.
  template <class Start>
  void wait_for(const char* what, Start start) {
    boost::system::error_code result = asio::error::would_block;
    stream.expires_after(kTimeout);
    start([&result](const boost::system::error_code& ec, auto&&...) { result = ec; });
    context.restart();
    context.run();
    if (result) throw std::runtime_error(fmt::format("cannot {}: {}", what, result.message()));
  }
};

Api::Api(std::string host, std::uint16_t port, std::string admin_token)
    : host_(std::move(host)), port_(port), admin_token_(std::move(admin_token)), wire_(std::make_unique<Wire>()) {}

Api::~Api() = default;

Api::Reply Api::request(const char* method, const std::string& path, const std::string& body, bool as_admin) {
  http::request<http::string_body> request;
  request.method_string(method);
  request.target(path);
  request.set(http::field::host, fmt::format("{}:{}", host_, port_));
  if (as_admin) request.set(http::field::authorization, "Bearer " + admin_token_);
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  request.body() = body;
  request.prepare_payload();

  // A kept-alive connection may have been closed while idle. So after a failure on one, the request is sent again on a
  // new connection. Only reads and the making of concerts use this: at worst there is one concert too many.
  const bool was_open = wire_->is_open;
  try {
    if (!wire_->is_open) {
      wire_->buffer.clear();
      const asio::ip::tcp::endpoint server(asio::ip::make_address(host_), port_);
      wire_->wait_for("connect", [&](auto done) { wire_->stream.async_connect(server, done); });
      wire_->is_open = true;
    }
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::uint64_t{64} << 20);
    wire_->wait_for("write", [&](auto done) { http::async_write(wire_->stream, request, done); });
    wire_->wait_for("read", [&](auto done) { http::async_read(wire_->stream, wire_->buffer, parser, done); });
    if (!parser.get().keep_alive()) {
      wire_->stream.close();
      wire_->is_open = false;
    }
    return {static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
  } catch (const std::runtime_error& error) {
    wire_->stream.close();
    wire_->is_open = false;
    if (was_open) return this->request(method, path, body, as_admin);
    throw std::runtime_error(fmt::format("{} {}: {}", method, path, error.what()));
  }
}

json::value Api::expect(int status, const char* method, const std::string& path, const std::string& body, bool as_admin) {
  const Reply reply = request(method, path, body, as_admin);
  if (reply.status != status)
    throw std::runtime_error(fmt::format("{} {}: {} {}", method, path, reply.status, reply.body.substr(0, 300)));
  json::error_code ec;
  json::value value = json::parse(reply.body, ec);
  if (ec) throw std::runtime_error(fmt::format("{} {}: not JSON", method, path));
  return value;
}

Venue Api::make_concert(const ConcertWish& wish) {
  Venue venue;
  std::int64_t left = wish.seats;
  while (left > 0) {
    const std::int64_t seats = std::min(left, wish.seats_per_schedule);
    left -= seats;
    const std::string schedule =
        fmt::format(R"({{"startsAt":"2099-01-01T19:00:00.000Z","seats":{{"count":{},"price":{}}}}})", seats, wish.price);
    json::value made;
    if (venue.concert == 0) {
      made = expect(
          201,
          "POST",
          "/api/v1/admin/concerts",
          fmt::format(R"({{"title":"Load","queue":{{"enabled":{},"maxActive":{},"admissionsPerSecond":{}}},"schedules":[{}]}})",
                      wish.has_queue,
                      wish.max_active,
                      wish.admissions_per_second,
                      schedule));
      venue.concert = integer(made, "id");
    } else {
      made = expect(201,
                    "POST",
                    fmt::format("/api/v1/admin/concerts/{}/schedules", venue.concert),
                    fmt::format(R"({{"schedules":[{}]}})", schedule));
    }
    for (const json::value& one : made.at("schedules").as_array())
      venue.schedules.push_back(
          {.id = integer(one, "id"), .first_seat = integer(one, "firstSeatId"), .seats = integer(one, "totalSeats")});
  }
  return venue;
}

void Api::await_concert(std::int64_t concert) {
  const std::string path = fmt::format("/api/v1/concerts/{}", concert);
  const auto until = std::chrono::steady_clock::now() + kTimeout;
  while (request("GET", path, {}, false).status != 200) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("a server does not hear of the concert");
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

SaleState Api::sale(std::int64_t concert) {
  const json::value sales = expect(200, "GET", fmt::format("/api/v1/admin/concerts/{}/sales", concert));
  return {.sales = {.seats = integer(sales, "seats"),
                    .held = integer(sales, "held"),
                    .sold = integer(sales, "sold"),
                    .reservations = integer(sales, "reservations"),
                    .confirmed = integer(sales, "confirmed"),
                    .expired = integer(sales, "expired"),
                    .cancelled = integer(sales, "cancelled"),
                    .revenue = integer(sales, "revenue")},
          .waiting = integer(sales.at("queue"), "waiting"),
          .active = integer(sales.at("queue"), "active")};
}

std::map<std::string, double> Api::metrics() {
  const Reply reply = request("GET", "/actuator/prometheus", {}, false);
  std::map<std::string, double> metrics;
  std::string_view rest = reply.body;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto space = line.find(' ');
    if (line.starts_with('#') || space == std::string_view::npos || line.find('{') < space) continue;
    double value = 0;
    const std::string_view number = line.substr(space + 1);
    std::from_chars(number.data(), number.data() + number.size(), value);
    metrics.emplace(line.substr(0, space), value);
  }
  return metrics;
}

std::vector<StoredEvent> Api::events(std::int64_t concert, std::int64_t after) {
  std::vector<StoredEvent> events;
  while (true) {
    const json::value page = expect(200, "GET", fmt::format("/api/v1/admin/events?after={}&limit={}", after, kEventsAPage));
    const json::array& found = page.at("events").as_array();
    for (const json::value& event : found) {
      const auto type = type_of(std::string_view{event.at("type").as_string()});
      if (type && integer(event.at("data"), "concertId") == concert) events.push_back(read_event(event, *type));
    }
    if (found.empty()) return events;
    after = integer(page, "lastId");
  }
}

std::int64_t Api::balance(std::int64_t user) {
  return integer(expect(200, "GET", fmt::format("/api/v1/points?userId={}", user), {}, false), "balance");
}

std::string Api::reservation_status(std::int64_t user, std::int64_t reservation) {
  const Reply reply = request("GET", fmt::format("/api/v1/reservations/{}?userId={}", reservation, user), {}, false);
  if (reply.status != 200) return {};
  return std::string{std::string_view{json::parse(reply.body).at("status").as_string()}};
}

}  // namespace frontrow::bench

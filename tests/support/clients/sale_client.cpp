#include "support/clients/sale_client.hpp"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

#include "support/wait.hpp"

namespace frontrow::test {

namespace {

void add_key(HttpRequest& request, std::string key) {
  if (!key.empty()) request.headers.emplace_back("Idempotency-Key", std::move(key));
}

[[noreturn]] void stuck(std::string_view step, const HttpResponse& response) {
  std::ostringstream text;
  text << step << " was answered " << response;
  throw std::runtime_error(text.str());
}

std::string token_of(const HttpResponse& joined) {
  if (joined.status != 201 && joined.status != 200) stuck("joining", joined);
  return joined.text("token");
}

}  // namespace

HttpRequest join(std::int64_t user, std::int64_t concert, std::string key) {
  HttpRequest request{
      .method = "POST", .target = "/api/v1/queue/token", .body = fmt::format(R"({{"userId":{},"concertId":{}}})", user, concert)};
  add_key(request, std::move(key));
  return request;
}

HttpRequest poll(const std::string& token) { return {.target = "/api/v1/queue/status", .headers = {{"X-Queue-Token", token}}}; }

HttpRequest leave(const std::string& token) {
  return {.method = "DELETE", .target = "/api/v1/queue/token", .headers = {{"X-Queue-Token", token}}};
}

HttpRequest hold(const std::string& token, const NewConcert& concert, std::span<const std::int64_t> seats, std::string key) {
  HttpRequest request{.method = "POST",
                      .target = fmt::format("/api/v1/concerts/{}/reservations", concert.id),
                      .headers = {{"X-Queue-Token", token}}};
  request.body = fmt::format(R"({{"scheduleId":{},"seatIds":[)", concert.schedule);
  for (std::size_t i = 0; i < seats.size(); ++i) request.body += fmt::format("{}{}", i == 0 ? "" : ",", seats[i]);
  request.body += "]}";
  add_key(request, std::move(key));
  return request;
}

HttpRequest hold(const std::string& token, const NewConcert& concert, std::int64_t seat, std::string key) {
  HttpRequest request = hold(token, concert, std::span<const std::int64_t>{}, std::move(key));
  request.body = fmt::format(R"({{"scheduleId":{},"seatId":{}}})", concert.schedule, seat);
  return request;
}

HttpRequest pay(const std::string& token, std::int64_t reservation, std::string key) {
  HttpRequest request{.method = "POST",
                      .target = "/api/v1/payments",
                      .body = fmt::format(R"({{"reservationId":{}}})", reservation),
                      .headers = {{"X-Queue-Token", token}}};
  add_key(request, std::move(key));
  return request;
}

HttpRequest cancel(const std::string& token, std::int64_t reservation) {
  return {.method = "DELETE", .target = fmt::format("/api/v1/reservations/{}", reservation), .headers = {{"X-Queue-Token", token}}};
}

HttpRequest charge(std::int64_t user, std::int64_t amount, std::string key) {
  HttpRequest request{
      .method = "POST", .target = "/api/v1/points/charge", .body = fmt::format(R"({{"userId":{},"amount":{}}})", user, amount)};
  add_key(request, std::move(key));
  return request;
}

HttpRequest seat_map(const std::string& token, const NewConcert& concert, std::string query) {
  return {.target = fmt::format("/api/v1/concerts/{}/schedules/{}/seats{}", concert.id, concert.schedule, query),
          .headers = {{"X-Queue-Token", token}}};
}

HttpRequest as_admin(HttpRequest request, const std::string& admin_token) {
  request.headers.emplace_back("Authorization", "Bearer " + admin_token);
  return request;
}

NewConcert add_concert(HttpClient& http, const std::string& admin_token, const ConcertSpec& spec) {
  const auto body = fmt::format(R"({{"title":"Test","queue":{{"enabled":{},"maxActive":{},"admissionsPerSecond":{}}},)"
                                R"("schedules":[{{"startsAt":"2040-01-01T19:00:00Z","seats":{{"count":{},"price":{}}}}}]}})",
                                spec.has_queue,
                                spec.max_active,
                                spec.admissions_per_second,
                                spec.seats,
                                spec.price);
  const auto made = http.send(as_admin({.method = "POST", .target = "/api/v1/admin/concerts", .body = body}, admin_token));
  if (made.status != 201) stuck("creating a concert", made);
  const auto json = made.json();
  const auto& schedule = json.at("schedules").as_array().at(0).as_object();
  return {json.at("id").as_int64(), schedule.at("id").as_int64(), schedule.at("firstSeatId").as_int64()};
}

std::string enter(HttpClient& http, std::int64_t user, std::int64_t concert) {
  auto answer = http.send(join(user, concert));
  const std::string token = token_of(answer);
  const bool is_in = eventually([&] {
    if (answer.text("status") == "ACTIVE") return true;
    answer = http.send(poll(token));
    return false;
  });
  if (!is_in) stuck("waiting", answer);
  return token;
}

std::vector<std::string> enter_all(Crowd& crowd, std::span<const std::int64_t> users, std::int64_t concert) {
  std::vector<HttpRequest> joins;
  for (const std::int64_t user : users) joins.push_back(join(user, concert));
  auto answers = crowd.send(joins);
  std::vector<std::string> tokens;
  std::vector<HttpRequest> polls;
  for (const auto& answer : answers) {
    tokens.push_back(token_of(answer));
    polls.push_back(poll(tokens.back()));
  }
  const auto is_active = [](const HttpResponse& answer) { return answer.status <= 201 && answer.text("status") == "ACTIVE"; };
  const bool are_in = eventually([&] {
    if (std::ranges::all_of(answers, is_active)) return true;
    answers = crowd.send(polls);
    return false;
  });
  if (!are_in) stuck("waiting", *std::ranges::find_if_not(answers, is_active));
  return tokens;
}

std::int64_t balance_of(HttpClient& http, std::int64_t user) {
  return http.get(fmt::format("/api/v1/points?userId={}", user)).integer("balance");
}

std::vector<std::string> seat_statuses(HttpClient& http, const std::string& token, const NewConcert& concert) {
  const auto answer = http.send(seat_map(token, concert));
  if (answer.status != 200) stuck("the seat map", answer);
  const auto json = answer.json();
  std::vector<std::string> statuses;
  for (const auto& seat : json.at("seats").as_array()) statuses.emplace_back(seat.at("status").as_string());
  return statuses;
}

std::vector<boost::json::object> all_events(HttpClient& http, const std::string& admin_token) {
  std::vector<boost::json::object> all;
  for (std::int64_t after = 0;;) {
    const auto page = http.send(as_admin({.target = fmt::format("/api/v1/admin/events?limit=1000&after={}", after)}, admin_token));
    if (page.status != 200) stuck("the event feed", page);
    const auto json = page.json();
    const auto& events = json.at("events").as_array();
    if (events.empty()) return all;
    for (const auto& event : events) all.push_back(event.as_object());
    after = json.at("lastId").as_int64();
  }
}

int count_events(const std::vector<boost::json::object>& events, std::string_view type, std::int64_t reservation) {
  return static_cast<int>(std::ranges::count_if(events, [&](const boost::json::object& event) {
    return event.at("type").as_string() == type && event.at("key").as_string() == std::to_string(reservation);
  }));
}

std::vector<std::int64_t> users_from(std::int64_t first, int count) {
  std::vector<std::int64_t> users;
  for (int i = 0; i < count; ++i) users.push_back(first + i);
  return users;
}

}  // namespace frontrow::test

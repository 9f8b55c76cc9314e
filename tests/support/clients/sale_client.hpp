// The requests of a buyer and an administrator, for any client, and the steps that take more than one request.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "support/clients/crowd.hpp"
#include "support/clients/http_client.hpp"

namespace frontrow::test {

struct NewConcert {
  std::int64_t id = 0, schedule = 0, first_seat = 0;
};
struct ConcertSpec {
  int seats = 50;
  std::int64_t price = 1'000;
  int max_active = 1'000'000;
  int admissions_per_second = 100'000;
  bool has_queue = true;
};

// Requests. An empty key sends no key.
HttpRequest join(std::int64_t user, std::int64_t concert, std::string key = {});
HttpRequest poll(const std::string& token);
HttpRequest leave(const std::string& token);
HttpRequest hold(const std::string& token, const NewConcert& concert, std::span<const std::int64_t> seats, std::string key = {});
HttpRequest hold(const std::string& token, const NewConcert& concert, std::int64_t seat, std::string key = {});
HttpRequest pay(const std::string& token, std::int64_t reservation, std::string key = {});
HttpRequest cancel(const std::string& token, std::int64_t reservation);
HttpRequest charge(std::int64_t user, std::int64_t amount, std::string key = {});
HttpRequest seat_map(const std::string& token, const NewConcert& concert, std::string query = {});
HttpRequest as_admin(HttpRequest request, const std::string& admin_token);

// Steps. They throw if the sale does not go as it must.
NewConcert add_concert(HttpClient& http, const std::string& admin_token, const ConcertSpec& spec = {});
// Joins, and polls at the given interval until ACTIVE.
std::string enter(HttpClient& http, std::int64_t user, std::int64_t concert);
// The tokens of many users, all ACTIVE.
std::vector<std::string> enter_all(Crowd& crowd, std::span<const std::int64_t> users, std::int64_t concert);
std::int64_t balance_of(HttpClient& http, std::int64_t user);
// The status of each seat, in the order of their ids.
std::vector<std::string> seat_statuses(HttpClient& http, const std::string& token, const NewConcert& concert);
// The whole feed, in order.
std::vector<boost::json::object> all_events(HttpClient& http, const std::string& admin_token);
int count_events(const std::vector<boost::json::object>& events, std::string_view type, std::int64_t reservation);

std::vector<std::int64_t> users_from(std::int64_t first, int count);

}  // namespace frontrow::test

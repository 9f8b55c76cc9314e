// The operator's client of the server: makes a concert, reads the stored data. One request at a time, bounded in time.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/reconcile.hpp"
#include "bench/venue.hpp"

namespace frontrow::bench {

struct ConcertWish {
  std::int64_t seats = 50;
  std::int64_t seats_per_schedule = 50;
  std::int64_t price = 1000;
  bool has_queue = false;
  std::int64_t max_active = 500;
  std::int64_t admissions_per_second = 100;
};

struct SaleState {
  Sales sales;
  std::int64_t waiting = 0;
  std::int64_t active = 0;
};

// Every member throws std::runtime_error with a sentence if the server does not answer, or not as the contract says.
class Api {
 public:
  Api(std::string host, std::uint16_t port, std::string admin_token);
  ~Api();

  Venue make_concert(const ConcertWish& wish);
  // Waits until this server knows a concert that another server has made.
  void await_concert(std::int64_t concert);
  SaleState sale(std::int64_t concert);
  // Values by name without labels, from /actuator/prometheus.
  std::map<std::string, double> metrics();
  // Events of the concert after `id`, in the order of the feed.
  std::vector<StoredEvent> events(std::int64_t concert, std::int64_t after);
  std::int64_t balance(std::int64_t user);
  // "CONFIRMED" …, or "" if the user has no such reservation.
  std::string reservation_status(std::int64_t user, std::int64_t reservation);

 private:
  struct Wire;
  struct Reply {
    int status = 0;
    std::string body;
  };
  Reply request(const char* method, const std::string& path, const std::string& body, bool as_admin);
  boost::json::value expect(int status, const char* method, const std::string& path, const std::string& body = {},
                            bool as_admin = true);

  const std::string host_;
  const std::uint16_t port_;
  const std::string admin_token_;
  std::unique_ptr<Wire> wire_;
};

}  // namespace frontrow::bench

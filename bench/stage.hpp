// The shared part of every scenario in a generator process: its share of the users, the concert, the engine, and the
// writing of requests.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "bench/engine.hpp"
#include "bench/told.hpp"
#include "bench/venue.hpp"

namespace frontrow::bench {

struct Stage {
  Engine& engine;
  ToldWriter& told;
  const Venue& venue;
  const std::string host;          // of the Host header
  const std::string charge_token;  // empty: users charge for themselves
  const std::int64_t first_user;   // id of user 0 of this process
  const std::int64_t first_index;  // of user 0 of this process among all users of the run
  const std::uint32_t users;
  const bool with_keys;  // an Idempotency-Key on every POST, not only on charges
  const std::atomic<bool>& is_sold_out;
  SeededRandom random;
  std::vector<std::string> tokens = {};  // by user, once joined

  std::int64_t user_id(std::uint32_t user) const { return first_user + user; }

  // Appends a request. An empty token or key is left out.
  void write(std::string& out, std::string_view method, std::string_view path, std::string_view token = {}) const;
  void write(std::string& out, std::string_view path, std::string_view token, std::string_view key, std::string_view body,
             std::string_view bearer = {}) const;

  void write_join(std::string& out, std::uint32_t user) const;
  void write_poll(std::string& out, std::uint32_t user) const;
  void write_leave(std::string& out, std::uint32_t user) const;
  void write_schedules(std::string& out) const;
  void write_seats(std::string& out, std::uint32_t user, std::int64_t schedule, bool only_free = false) const;
  void write_seats_since(std::string& out, std::uint32_t user, std::int64_t schedule, std::int64_t version) const;
  void write_hold(std::string& out, std::uint32_t user, std::int64_t schedule, const std::vector<std::int64_t>& seats) const;
  void write_charge(std::string& out, std::uint32_t user, std::int64_t amount) const;
  void write_pay(std::string& out, std::uint32_t user, std::int64_t reservation) const;
  void write_cancel(std::string& out, std::uint32_t user, std::int64_t reservation) const;

  // Records the effect of an answer, or that the outcome is unknown. `reservation` is the one that the request named.
  void tell_hold(std::uint32_t user, const Answer& answer);
  void tell_charge(std::uint32_t user, std::int64_t amount, const Answer& answer);
  void tell_pay(std::uint32_t user, std::int64_t reservation, const Answer& answer);
  void tell_cancel(std::uint32_t user, std::int64_t reservation, const Answer& answer);
};

}  // namespace frontrow::bench

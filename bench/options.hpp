// The parameters of a run. For a number that is 0 here, the default depends on the scenario; see with_defaults().
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace frontrow::bench {

enum class ScenarioName : std::uint8_t { join, seats, hold, hot_seat, pay, purchase, on_sale, poll, rush };
std::string_view name_of(ScenarioName scenario);

struct Options {
  bool verify_only = false;  // `frontrow-bench verify`: only the comparison, no load
  ScenarioName scenario{};

  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::uint16_t> more_ports;  // other servers of the same sale
  std::string admin_token_file;
  std::string charge_token_file;
  std::string charge_token;  // from that file; empty: users charge for themselves
  std::string data_dir;
  std::string audit_command;

  int processes = 1;
  int connections = 0;         // over all processes
  int connections_inside = 0;  // among these, reserved for people inside
  double seconds = 0;          // upper bound of the run
  double rate = 0;             // journeys a second; 0 = closed loop
  bool poisson = false;
  int timeout_ms = 10'000;
  std::int64_t users = 0;
  std::int64_t waiting = 0;  // poll: tickets in the queue besides the users
  std::int64_t seats = 0;
  std::int64_t seats_per_schedule = 0;
  std::int64_t price = 1000;
  std::int64_t max_active = 0;
  std::int64_t admissions = 0;
  bool with_keys = false;

  double ramp = 0;  // seconds in which a crowd arrives
  double give_up = 0.08;
  double pay_late = 0.02;
  int think_ms = 500;

  std::uint64_t seed = 1;
  std::string json_file;
  std::string html_file;
  std::string told_file;
  bool quiet = false;

  std::string command;  // as typed

  bool is_open_loop() const { return rate > 0; }
  bool has_queue() const;
};

struct Stop {
  int code;
  std::string text;
};

std::expected<Options, Stop> parse_options(int argc, char** argv);

}  // namespace frontrow::bench

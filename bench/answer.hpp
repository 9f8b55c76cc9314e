// The parts of an answer that the generator reads. Empty if the body is not as docs/openapi.yml says.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace frontrow::bench {

// `code` of a problem document; it views into the body. No full parser: for refusals, each microsecond shows in the
// figures.
std::string_view problem_code(std::string_view body);

enum class TicketState : std::uint8_t { waiting, active, completed, expired };
struct TicketAnswer {
  std::string token;
  TicketState state{};
  std::int64_t position = 0;
  std::chrono::milliseconds poll_after{};
};
std::optional<TicketAnswer> read_ticket(std::string_view body);

struct HoldAnswer {
  std::int64_t reservation = 0;
  std::int64_t amount = 0;
  std::vector<std::int64_t> seats;
  TimePoint expires_at;
};
std::optional<HoldAnswer> read_hold(std::string_view body);

struct PaymentAnswer {
  std::int64_t payment = 0;
  std::int64_t reservation = 0;
  std::int64_t amount = 0;
  std::int64_t balance = 0;
};
std::optional<PaymentAnswer> read_payment(std::string_view body);

// In a seat map, near its beginning; -1 if it is missing. No full parser either.
std::int64_t read_version(std::string_view body);
// The ids of the AVAILABLE seats of a map, in the order of the map.
bool read_free_seats(std::string_view body, std::vector<std::int64_t>& seats);

struct ScheduleAnswer {
  std::int64_t id = 0;
  std::int64_t available = 0;
};
std::optional<std::vector<ScheduleAnswer>> read_schedules(std::string_view body);

}  // namespace frontrow::bench

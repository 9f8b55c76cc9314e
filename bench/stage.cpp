#include "bench/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "bench/answer.hpp"

namespace frontrow::bench {

void Stage::write(std::string& out, std::string_view method, std::string_view path, std::string_view token) const {
  out.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  if (!token.empty()) out.append("\r\nX-Queue-Token: ").append(token);
  out.append("\r\n\r\n");
}

void Stage::write(std::string& out, std::string_view path, std::string_view token, std::string_view key, std::string_view body,
                  std::string_view bearer) const {
  out.append("POST ").append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\nContent-Type: application/json");
  if (!token.empty()) out.append("\r\nX-Queue-Token: ").append(token);
  if (!key.empty()) out.append("\r\nIdempotency-Key: ").append(key);
  if (!bearer.empty()) out.append("\r\nAuthorization: Bearer ").append(bearer);
  fmt::format_to(std::back_inserter(out), "\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

void Stage::write_join(std::string& out, std::uint32_t user) const {
  write(out,
        "/api/v1/queue/token",
        {},
        with_keys ? fmt::format("join-{}", user_id(user)) : std::string{},
        fmt::format(R"({{"userId":{},"concertId":{}}})", user_id(user), venue.concert));
}

void Stage::write_poll(std::string& out, std::uint32_t user) const { write(out, "GET", "/api/v1/queue/status", tokens[user]); }
void Stage::write_leave(std::string& out, std::uint32_t user) const { write(out, "DELETE", "/api/v1/queue/token", tokens[user]); }

void Stage::write_schedules(std::string& out) const {
  write(out, "GET", fmt::format("/api/v1/concerts/{}/schedules?availableOnly=true", venue.concert));
}

void Stage::write_seats(std::string& out, std::uint32_t user, std::int64_t schedule, bool only_free) const {
  write(out,
        "GET",
        fmt::format("/api/v1/concerts/{}/schedules/{}/seats{}", venue.concert, schedule, only_free ? "?status=AVAILABLE" : ""),
        tokens[user]);
}

void Stage::write_seats_since(std::string& out, std::uint32_t user, std::int64_t schedule, std::int64_t version) const {
  write(out, "GET", fmt::format("/api/v1/concerts/{}/schedules/{}/seats?since={}", venue.concert, schedule, version), tokens[user]);
}

void Stage::write_hold(std::string& out, std::uint32_t user, std::int64_t schedule, const std::vector<std::int64_t>& seats) const {
  std::string key;
  if (with_keys) key = fmt::format("hold-{}-{}", user_id(user), fmt::join(seats, "-"));
  const std::string body = seats.size() == 1
                               ? fmt::format(R"({{"scheduleId":{},"seatId":{}}})", schedule, seats[0])
                               : fmt::format(R"({{"scheduleId":{},"seatIds":[{}]}})", schedule, fmt::join(seats, ","));
  write(out, fmt::format("/api/v1/concerts/{}/reservations", venue.concert), tokens[user], key, body);
}

void Stage::write_charge(std::string& out, std::uint32_t user, std::int64_t amount) const {
  write(out,
        "/api/v1/points/charge",
        {},
        fmt::format("charge-{}", user_id(user)),
        fmt::format(R"({{"userId":{},"amount":{}}})", user_id(user), amount),
        charge_token);
}

void Stage::write_pay(std::string& out, std::uint32_t user, std::int64_t reservation) const {
  write(out,
        "/api/v1/payments",
        tokens[user],
        with_keys ? fmt::format("pay-{}", reservation) : std::string{},
        fmt::format(R"({{"reservationId":{}}})", reservation));
}

void Stage::write_cancel(std::string& out, std::uint32_t user, std::int64_t reservation) const {
  write(out, "DELETE", fmt::format("/api/v1/reservations/{}", reservation), tokens[user]);
}

void Stage::tell_hold(std::uint32_t user, const Answer& answer) {
  if (is_unknown(answer.outcome)) return told.write({.fact = Fact::hold_unknown, .user = user_id(user)});
  if (answer.outcome != kOk) return;
  const auto hold = read_hold(answer.body);
  if (!hold || hold->seats.empty() || hold->seats.size() > Told::kSeats) {
    ++engine.tally().unreadable;
    return told.write({.fact = Fact::hold_unknown, .user = user_id(user)});
  }
  Told record{.fact = Fact::held,
              .seat_count = static_cast<std::uint8_t>(hold->seats.size()),
              .user = user_id(user),
              .reservation = hold->reservation,
              .amount = hold->amount};
  std::ranges::copy(hold->seats, record.seats.begin());
  told.write(record);
}

void Stage::tell_charge(std::uint32_t user, std::int64_t amount, const Answer& answer) {
  if (is_unknown(answer.outcome)) told.write({.fact = Fact::charge_unknown, .user = user_id(user)});
  if (answer.outcome == kOk) told.write({.fact = Fact::charged, .user = user_id(user), .amount = amount});
}

void Stage::tell_pay(std::uint32_t user, std::int64_t reservation, const Answer& answer) {
  const auto payment = answer.outcome == kOk ? read_payment(answer.body) : std::nullopt;
  if (payment) {
    told.write({.fact = Fact::paid,
                .user = user_id(user),
                .reservation = payment->reservation,
                .payment = payment->payment,
                .amount = payment->amount});
  } else if (answer.outcome == kOk || is_unknown(answer.outcome)) {
    engine.tally().unreadable += answer.outcome == kOk ? 1 : 0;
    told.write({.fact = Fact::pay_unknown, .user = user_id(user), .reservation = reservation});
  }
}

void Stage::tell_cancel(std::uint32_t user, std::int64_t reservation, const Answer& answer) {
  if (is_unknown(answer.outcome)) told.write({.fact = Fact::cancel_unknown, .user = user_id(user), .reservation = reservation});
  if (answer.outcome == kOk) told.write({.fact = Fact::cancelled, .user = user_id(user), .reservation = reservation});
}

}  // namespace frontrow::bench

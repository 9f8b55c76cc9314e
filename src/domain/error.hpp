// The reasons of refusals. Refusals are values: a rule returns one, and the HTTP layer turns it into a status and a
// problem document in one exhaustive switch. A refused command has changed nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace frontrow {

enum class ErrorCode : std::uint8_t {
  validation_failed,
  malformed_json,
  malformed_request,  // framing that could be read in two ways
  unauthorized,
  queue_token_required,
  queue_token_invalid,
  queue_token_expired,
  queue_token_completed,
  queue_token_not_active,
  join_pass_required,
  join_pass_invalid,
  join_pass_used,
  forbidden,
  role_required,
  not_found,
  concert_not_found,
  schedule_not_found,
  seat_not_found,
  reservation_not_found,
  operator_not_found,
  method_not_allowed,
  request_timeout,
  uri_too_long,
  payload_too_large,
  unsupported_media_type,
  headers_too_large,
  misdirected_request,
  too_many_requests,
  seat_already_reserved,
  seat_locked,
  seat_limit_exceeded,
  too_many_unpaid_holds,
  seat_cooling_down,
  price_changed,
  booking_not_open,
  reservation_expired,
  reservation_not_payable,
  reservation_not_cancellable,
  concert_has_sales,
  operator_exists,
  insufficient_points,
  balance_limit_exceeded,
  request_in_progress,
  idempotency_key_reused,
  events_gone,
  overloaded,
  store_unavailable,
  outcome_unknown,
};

struct FieldError {
  std::string field;   // "seatIds[2]", "schedules[0].startsAt"
  std::string reason;  // "must be an integer from 1 to 9007199254740991"
};

// The limit that a request went over.
struct LimitNote {
  std::string_view rule;  // static text
  std::int64_t quota = 0;
  std::int64_t window_seconds = 0;
};

// The code decides which of the optional fields are set; docs/reference/errors.md lists them.
struct Refusal {
  ErrorCode code;
  std::string detail = {};  // a sentence for people; empty = the code's own sentence
  std::vector<FieldError> errors = {};
  std::vector<SeatId> seat_ids = {};            // the taken seats, in the order of the request
  std::optional<int> seats_left_for_user = {};  // in this concert
  std::optional<std::int64_t> position = {};    // in the queue
  std::optional<std::int64_t> balance = {};     // points
  std::optional<std::int64_t> amount = {};      // points
  std::optional<EventId> oldest_event = {};     // that is kept in the feed
  std::optional<Duration> retry_after = {};
  std::optional<LimitNote> limit = {};
};

template <class T>
using Result = std::expected<T, Refusal>;
struct Nothing {};  // Result<Nothing> is a success without a value

inline std::unexpected<Refusal> refuse(ErrorCode code, std::string detail = {}) {
  return std::unexpected(Refusal{.code = code, .detail = std::move(detail)});
}
inline std::unexpected<Refusal> refuse(Refusal refusal) { return std::unexpected(std::move(refusal)); }

}  // namespace frontrow

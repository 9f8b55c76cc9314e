#include "http/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "http/json_writer.hpp"

namespace frontrow::http {

ProblemKind problem_kind(ErrorCode code) {
  switch (code) {
    case ErrorCode::validation_failed:
      return {400, "VALIDATION_FAILED", "Validation failed", "The request has fields that are missing or out of range."};
    case ErrorCode::malformed_json: return {400, "MALFORMED_JSON", "Malformed JSON", "The body is not one valid JSON document."};
    case ErrorCode::malformed_request:
      return {400, "MALFORMED_REQUEST", "Malformed request", "The request does not follow HTTP/1.1."};
    case ErrorCode::unauthorized: return {401, "UNAUTHORIZED", "Unauthorized", "Credentials are required and must be valid."};
    case ErrorCode::queue_token_required:
      return {401, "QUEUE_TOKEN_REQUIRED", "Queue token required", "Send the queue token in the header X-Queue-Token."};
    case ErrorCode::queue_token_invalid:
      return {401, "QUEUE_TOKEN_INVALID", "Queue token invalid", "The queue token is invalid, or is for another concert."};
    case ErrorCode::queue_token_expired:
      return {401, "QUEUE_TOKEN_EXPIRED", "Queue token expired", "The queue token has expired; join the queue again."};
    case ErrorCode::queue_token_completed:
      return {401, "QUEUE_TOKEN_COMPLETED", "Queue token completed", "The queue token has been paid with; join the queue again."};
    case ErrorCode::queue_token_not_active:
      return {403, "QUEUE_TOKEN_NOT_ACTIVE", "Queue token not active", "It is not your turn yet; keep polling the queue status."};
    case ErrorCode::join_pass_required:
      return {403, "JOIN_PASS_REQUIRED", "Join pass required", "This queue wants a pass in the header X-Join-Pass."};
    case ErrorCode::join_pass_invalid:
      return {403, "JOIN_PASS_INVALID", "Join pass invalid", "The pass does not count here, or no longer; get a new one."};
    case ErrorCode::join_pass_used:
      return {403, "JOIN_PASS_USED", "Join pass used", "Another join has used this pass; get a new one."};
    case ErrorCode::forbidden: return {403, "FORBIDDEN", "Forbidden", "These credentials do not allow this."};
    case ErrorCode::role_required: return {403, "ROLE_REQUIRED", "Role required", "Your account's role may not do this."};
    case ErrorCode::not_found: return {404, "NOT_FOUND", "Not found", "There is nothing at this path."};
    case ErrorCode::concert_not_found: return {404, "CONCERT_NOT_FOUND", "Concert not found", "There is no such concert."};
    case ErrorCode::schedule_not_found:
      return {404, "SCHEDULE_NOT_FOUND", "Schedule not found", "This concert has no such schedule."};
    case ErrorCode::seat_not_found: return {404, "SEAT_NOT_FOUND", "Seat not found", "This schedule has no such seat."};
    case ErrorCode::reservation_not_found:
      return {404, "RESERVATION_NOT_FOUND", "Reservation not found", "You have no such reservation."};
    case ErrorCode::operator_not_found: return {404, "OPERATOR_NOT_FOUND", "Operator not found", "There is no such account."};
    case ErrorCode::method_not_allowed:
      return {405, "METHOD_NOT_ALLOWED", "Method not allowed", "This path has other methods; see the header Allow."};
    case ErrorCode::request_timeout: return {408, "REQUEST_TIMEOUT", "Request timeout", "The request did not arrive in time."};
    case ErrorCode::uri_too_long: return {414, "URI_TOO_LONG", "URI too long", "The request line is too long."};
    case ErrorCode::payload_too_large: return {413, "PAYLOAD_TOO_LARGE", "Payload too large", "The body is too large."};
    case ErrorCode::unsupported_media_type:
      return {415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported media type", "Send the body as application/json."};
    case ErrorCode::headers_too_large:
      return {431, "HEADERS_TOO_LARGE", "Headers too large", "The request has too many headers, or too long ones."};
    case ErrorCode::misdirected_request:
      return {421, "MISDIRECTED_REQUEST", "Misdirected request", "This server is not meant to be asked under that host name."};
    case ErrorCode::too_many_requests:
      return {429, "TOO_MANY_REQUESTS", "Too many requests", "You are asking too often; wait as long as Retry-After says."};
    case ErrorCode::seat_already_reserved:
      return {409, "SEAT_ALREADY_RESERVED", "Seat already reserved", "Another user has taken a seat that you asked for."};
    case ErrorCode::seat_locked:
      return {409, "SEAT_LOCKED", "Seat locked", "Another request is deciding about this right now; try again."};
    case ErrorCode::seat_limit_exceeded:
      return {409, "SEAT_LIMIT_EXCEEDED", "Seat limit exceeded", "That would be more seats than one user may have."};
    case ErrorCode::too_many_unpaid_holds:
      return {409,
              "TOO_MANY_UNPAID_HOLDS",
              "Too many unpaid holds",
              "Too many of your holds of this concert have ended unpaid within the past hour."};
    case ErrorCode::seat_cooling_down:
      return {409,
              "SEAT_COOLING_DOWN",
              "Seat cooling down",
              "You have held a seat again and again without paying; others have the first chance at it for a while."};
    case ErrorCode::price_changed:
      return {409, "PRICE_CHANGED", "Price changed", "The seats cost another amount than expected; nothing was held."};
    case ErrorCode::booking_not_open: return {409, "BOOKING_NOT_OPEN", "Booking not open", "Booking is not open at this time."};
    case ErrorCode::reservation_expired:
      return {409, "RESERVATION_EXPIRED", "Reservation expired", "The hold is over; nothing was charged."};
    case ErrorCode::reservation_not_payable:
      return {409, "RESERVATION_NOT_PAYABLE", "Reservation not payable", "This reservation can no longer be paid."};
    case ErrorCode::reservation_not_cancellable:
      return {409, "RESERVATION_NOT_CANCELLABLE", "Reservation not cancellable", "A paid reservation cannot be given back."};
    case ErrorCode::concert_has_sales:
      return {409, "CONCERT_HAS_SALES", "Concert has sales", "A seat of this concert is held or sold; close its sale instead."};
    case ErrorCode::operator_exists:
      return {409, "OPERATOR_EXISTS", "Operator exists", "A live account has this name; revoke it first, or choose another name."};
    case ErrorCode::insufficient_points:
      return {409, "INSUFFICIENT_POINTS", "Insufficient points", "The balance does not cover the amount; charge points first."};
    case ErrorCode::balance_limit_exceeded:
      return {409, "BALANCE_LIMIT_EXCEEDED", "Balance limit exceeded", "The balance would become too large."};
    case ErrorCode::request_in_progress:
      return {409, "REQUEST_IN_PROGRESS", "Request in progress", "A request with this Idempotency-Key is still running."};
    case ErrorCode::idempotency_key_reused:
      return {422, "IDEMPOTENCY_KEY_REUSED", "Idempotency key reused", "This Idempotency-Key was used for another request."};
    case ErrorCode::events_gone:
      return {410, "EVENTS_GONE", "Events gone", "Events after this one have been deleted; what is kept begins with oldestId."};
    case ErrorCode::overloaded: return {503, "OVERLOADED", "Overloaded", "Too many requests are waiting; try again shortly."};
    case ErrorCode::store_unavailable:
      return {503, "STORE_UNAVAILABLE", "Store unavailable", "The store cannot be written right now; nothing was changed."};
    case ErrorCode::outcome_unknown:
      return {503,
              "OUTCOME_UNKNOWN",
              "Outcome unknown",
              "The request may or may not have taken effect; repeat it with the same Idempotency-Key to find out."};
  }
  return {503, "OVERLOADED", "Overloaded", {}};  // not an ErrorCode
}

namespace {

void append_type(std::string& out, std::string_view code) {
  out += R"("type":"urn:frontrow:problem:)";
  for (char c : code) out += c == '_' ? '-' : static_cast<char>(c | 0x20);
  out += "\",";
}

// Writes everything except the closing brace.
JsonWriter append_opening(std::string& out, const ProblemKind& kind, std::string_view detail, std::string_view trace_id) {
  out += '{';
  append_type(out, kind.code);
  JsonWriter json{out};
  json.field("title", kind.title).field("status", kind.status).field("detail", detail);
  json.field("code", kind.code).field("traceId", trace_id);
  return json;
}

bool is_for_later(ErrorCode code) {
  return code == ErrorCode::queue_token_not_active || code == ErrorCode::request_in_progress || code == ErrorCode::seat_locked;
}

}  // namespace

void append_problem(std::string& out, const ProblemKind& kind, std::string_view trace_id) {
  append_opening(out, kind, kind.detail, trace_id);
  out += '}';
}

void append_problem(std::string& out, const Refusal& refusal, std::string_view trace_id) {
  const ProblemKind kind = problem_kind(refusal.code);
  JsonWriter json = append_opening(out, kind, refusal.detail.empty() ? kind.detail : std::string_view(refusal.detail), trace_id);
  if (!refusal.errors.empty()) {
    json.key("errors").begin_array();
    for (const FieldError& error : refusal.errors) {
      json.begin_object().field("field", error.field).field("reason", error.reason).end_object();
    }
    json.end_array();
  }
  if (!refusal.seat_ids.empty()) {
    json.key("seatIds").begin_array();
    for (SeatId seat : refusal.seat_ids) json.value(seat);
    json.end_array();
  }
  if (refusal.seats_left_for_user) json.field("seatsLeftForUser", *refusal.seats_left_for_user);
  if (refusal.position) json.field("position", *refusal.position);
  if (refusal.balance) json.field("balance", *refusal.balance);
  if (refusal.amount) json.field("amount", *refusal.amount);
  if (refusal.limit) json.field("limit", refusal.limit->rule);
  if (refusal.oldest_event) json.field("oldestId", *refusal.oldest_event);
  json.end_object();
}

void append_problem_headers(std::string& out, const Refusal& refusal) {
  const int status = problem_kind(refusal.code).status;
  if (status == 401) out += "WWW-Authenticate: Bearer\r\n";
  // A client that is asked to come back later gets a time.
  std::optional<Duration> wait = refusal.retry_after;
  if (!wait && (status == 503 || status == 429 || is_for_later(refusal.code))) wait = std::chrono::seconds{1};
  if (!wait) return;
  const std::int64_t seconds = std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(*wait).count());
  fmt::format_to(std::back_inserter(out), "Retry-After: {}\r\n", seconds);
  if (!refusal.limit) return;
  // draft-ietf-httpapi-ratelimit-headers
  const LimitNote& over = *refusal.limit;
  fmt::format_to(std::back_inserter(out),
                 "RateLimit-Policy: \"{}\";q={};w={}\r\nRateLimit: \"{}\";r=0;t={}\r\n",
                 over.rule,
                 over.quota,
                 over.window_seconds,
                 over.rule,
                 seconds);
}

}  // namespace frontrow::http

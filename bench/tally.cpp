#include "bench/tally.hpp"

#include <algorithm>

namespace frontrow::bench {

namespace {

struct Row {
  std::string_view name;
  Kind kind;
};

constexpr std::array<Row, kOutcomes> kRows = {{
    {"OK", Kind::ok},
    {"SEAT_ALREADY_RESERVED", Kind::refused},
    {"SEAT_LOCKED", Kind::refused},
    {"SEAT_LIMIT_EXCEEDED", Kind::refused},
    {"TOO_MANY_UNPAID_HOLDS", Kind::refused},
    {"SEAT_COOLING_DOWN", Kind::refused},
    {"BOOKING_NOT_OPEN", Kind::refused},
    {"RESERVATION_EXPIRED", Kind::refused},
    {"RESERVATION_NOT_PAYABLE", Kind::refused},
    {"RESERVATION_NOT_CANCELLABLE", Kind::refused},
    {"INSUFFICIENT_POINTS", Kind::refused},
    {"QUEUE_TOKEN_NOT_ACTIVE", Kind::refused},
    {"QUEUE_TOKEN_EXPIRED", Kind::refused},
    {"QUEUE_TOKEN_COMPLETED", Kind::refused},
    {"TOO_MANY_REQUESTS", Kind::refused},
    {"QUEUE_TOKEN_INVALID", Kind::error},
    {"QUEUE_TOKEN_REQUIRED", Kind::error},
    {"VALIDATION_FAILED", Kind::error},
    {"MALFORMED_JSON", Kind::error},
    {"MALFORMED_REQUEST", Kind::error},
    {"FORBIDDEN", Kind::error},
    {"REQUEST_IN_PROGRESS", Kind::error},
    {"REQUEST_TIMEOUT", Kind::error},
    {"OVERLOADED", Kind::error},
    {"STORE_UNAVAILABLE", Kind::error},
    {"OUTCOME_UNKNOWN", Kind::error},
    {"OTHER_4XX", Kind::error},
    {"OTHER", Kind::error},
    {"timed out", Kind::error},
    {"connection lost", Kind::error},
    {"not connected", Kind::error},
    {"dropped", Kind::error},
    {"bad answer", Kind::error},
}};

consteval Outcome row(std::string_view name) {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (kRows[i].name == name) return static_cast<Outcome>(i);
  throw "no such row";
}

constexpr Outcome kOther4xx = row("OTHER_4XX");
constexpr Outcome kOther = row("OTHER");
constexpr Outcome kOutcomeUnknown = row("OUTCOME_UNKNOWN");

}  // namespace

const Outcome kOk = row("OK");
const Outcome kTimedOut = row("timed out");
const Outcome kConnectionLost = row("connection lost");
const Outcome kNotConnected = row("not connected");
const Outcome kDropped = row("dropped");
const Outcome kBadAnswer = row("bad answer");

std::string_view name_of(Endpoint endpoint) {
  constexpr std::array<std::string_view, kEndpoints> kNames = {
      "join", "poll", "schedules", "seats", "hold", "charge", "pay", "cancel", "leave"};
  return kNames[static_cast<std::size_t>(endpoint)];
}

std::string_view name_of(Outcome outcome) { return kRows[outcome].name; }
Kind kind_of(Outcome outcome) { return kRows[outcome].kind; }

Outcome outcome_of(int status, std::string_view code) {
  if ((status >= 200 && status < 300) || status == 304) return kOk;
  for (Outcome i = 1; i < kOther4xx; ++i)
    if (kRows[i].name == code) return i;
  return status >= 400 && status < 500 ? kOther4xx : kOther;
}

bool is_unknown(Outcome outcome) {
  return outcome == kTimedOut || outcome == kConnectionLost || outcome == kBadAnswer || outcome == kOutcomeUnknown;
}

std::uint64_t Tally::Line::count(Kind kind) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kOutcomes; ++i)
    if (kRows[i].kind == kind) sum += outcomes[i];
  return sum;
}

std::uint64_t Tally::Line::count() const { return count(Kind::ok) + count(Kind::refused) + count(Kind::error); }

void Tally::record(Endpoint endpoint, Outcome outcome, Histogram::Value latency) {
  Line& line = lines[static_cast<std::size_t>(endpoint)];
  ++line.outcomes[outcome];
  line.latency[static_cast<std::size_t>(kind_of(outcome))].record(latency);
}

void Tally::add(const Tally& other) {
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    for (std::size_t j = 0; j < kOutcomes; ++j) lines[i].outcomes[j] += other.lines[i].outcomes[j];
    for (std::size_t j = 0; j < kKinds; ++j) lines[i].latency[j].add(other.lines[i].latency[j]);
  }
  reconnects += other.reconnects;
  unreadable += other.unreadable;
  backlog += other.backlog;
  journeys += other.journeys;
  users_left += other.users_left;
  last_answer = std::max(last_answer, other.last_answer);
}

std::uint64_t Tally::count() const {
  std::uint64_t sum = 0;
  for (const Line& line : lines) sum += line.count();
  return sum;
}

std::uint64_t Tally::count(Kind kind) const {
  std::uint64_t sum = 0;
  for (const Line& line : lines) sum += line.count(kind);
  return sum;
}

std::uint64_t Tally::count(Outcome outcome) const {
  std::uint64_t sum = 0;
  for (const Line& line : lines) sum += line.outcomes[outcome];
  return sum;
}

Histogram Tally::latency() const {
  Histogram all;
  for (const Line& line : lines)
    for (const Histogram& histogram : line.latency) all.add(histogram);
  return all;
}

}  // namespace frontrow::bench

// What an operator has done: one deed for each change, made in the transaction of the change and never changed afterwards.
// Deeds are a chain. Each has the hash of the one before it, so that a deed that is changed, taken out or put in later shows.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/sha256.hpp"
#include "domain/ids.hpp"

namespace frontrow {

enum class DeedKind : std::uint8_t {
  concert_created,
  concert_changed,  // its words, its booking window, its queue
  concert_deleted,
  schedules_added,
  schedule_changed,  // its time, its prices, the names of its sections
  operator_added,
  operator_revoked,
  reservation_cancelled,  // a hold that its buyer had
  ticket_removed,         // a user out of a queue
};
inline constexpr std::array kDeedKinds{DeedKind::concert_created,
                                       DeedKind::concert_changed,
                                       DeedKind::concert_deleted,
                                       DeedKind::schedules_added,
                                       DeedKind::schedule_changed,
                                       DeedKind::operator_added,
                                       DeedKind::operator_revoked,
                                       DeedKind::reservation_cancelled,
                                       DeedKind::ticket_removed};

constexpr std::string_view name_of(DeedKind kind) {
  switch (kind) {
    case DeedKind::concert_created: return "concert.created";
    case DeedKind::concert_changed: return "concert.changed";
    case DeedKind::concert_deleted: return "concert.deleted";
    case DeedKind::schedules_added: return "schedules.added";
    case DeedKind::schedule_changed: return "schedule.changed";
    case DeedKind::operator_added: return "operator.added";
    case DeedKind::operator_revoked: return "operator.revoked";
    case DeedKind::reservation_cancelled: return "reservation.cancelled";
    case DeedKind::ticket_removed: return "ticket.removed";
  }
  return "";
}

// Names of those who act without an account. No account can have one of them.
inline constexpr std::string_view kAdminTokenName = "admin token";
inline constexpr std::string_view kCommandLineName = "command line";
inline constexpr std::string_view kTheProgram = "frontrow";
constexpr bool is_reserved_name(std::string_view name) {
  return name == kAdminTokenName || name == kCommandLineName || name == kTheProgram;
}

struct Actor {
  OperatorId account = {};  // none: a reserved name
  std::string name = {};
  std::string address = {};  // of the request; empty: it came from no other machine
  friend bool operator==(const Actor&, const Actor&) = default;
};

struct Deed {
  DeedId id = {};
  TimePoint at;  // of the transaction; of two pods' deeds, the later one may be some milliseconds older
  Actor actor = {};
  DeedKind kind;
  ConcertId concert = {};            // that has changed itself
  std::int64_t concert_version = 0;  // that the concert has since; 0: it was made
  ScheduleId schedule = {};          // of schedules.added, the first
  SubjectId subject = {};            // the account that was added or revoked, the reservation, or the user whose ticket it was
  std::string changes = {};          // a JSON object: for each field what it was and what it is, {"from":…,"to":…}
  Sha256 previous{};                 // hash of the deed before; zeros before the first
  Sha256 hash{};
  friend bool operator==(const Deed&, const Deed&) = default;
};

// The last deed of the chain.
struct DeedHead {
  DeedId last = {};
  Sha256 hash{};
};

// 64 digits.
std::string hexadecimal(const Sha256& digest);

// The hash of a deed: of all its facts and of the deed before. The audit of each store computes the same with SQL.
Sha256 hash_of(const Deed& deed);

}  // namespace frontrow
